"""Whether the Dockerfile, its scripts or its manual say why any user may write."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.manuals import manuals
from lightship.facts.start.start_scripts import start_scripts
from lightship.regex import regex
from lightship.shell.mode_commands import ModeCommand

_ANY_USER = regex(
    r"(?i)\b(?:any|every|arbitrary|random|unknown|semi-arbitrary) (?:container )?(?:\W?--)?"
    r"(?:uids?|users?|user ids?|gids?)\b|\bopenshift\b|--user\b"
    r"|\b(?:other|another|different|non-(?:root|default|\d+)) (?:uids?|user ids?|gids?)\b"
    r"|\bBIDS ?Apps?\b|\b(?:singularity|apptainer)\b"
)
_FOR_OPENSHIFT = regex(r"(?i)[\w/]openshift|openshift[\w.]")
# What a comment says beyond what the command does: `so that other containers can write`
_REASON = regex(
    r"(?i)\bso (?:that|it|we|the)\b|\bbecause\b|\bsince\b|\bsee (?:https?:|#\d)|/issues/\d"
    r"|\b(?:anonymous|other|another|all|every|different) (?:\w+ )?"
    r"(?:users?|containers?|processe?s?|access)\b"
    r"|\b(?:any|every)(?:one|body)\b|\bmakes? .*\bhappy\b|\bworkaround\b"
)
# Singularity runs an image as the user who calls it
_OF_CALLER = regex(
    r"\b(?:singularity|apptainer)\s+(?:run|exec|pull|build|shell|instance)\b"
)
_CHOSEN = regex(r"(?i)docker run\b[^\n]*--user\b|\bid -u\b|user set by docker")


def is_for_any_user(build: Build) -> bool:
    """Whether a comment says that the image is made for users whose numbers are not known."""
    dockerfile = build.dockerfile
    if _FOR_OPENSHIFT.search(dockerfile.text):
        return True

    comments = [comment.span.of(dockerfile.text) for comment in dockerfile.comments]
    if any(map(_ANY_USER.search, comments)):
        return True

    texts = (*start_scripts(build), *manuals(build))
    if any(map(_CHOSEN.search, filter(None, texts))):
        return True

    for text in run_texts(build) or ():
        is_named = "singularity" in text or "apptainer" in text
        if is_named and _OF_CALLER.search(text):
            return True
    return False


def is_explained(build: Build, change: ModeCommand) -> bool:
    """Whether a comment directly above the command says why everybody may write."""
    start = change.word.span.start
    before = build.dockerfile.text[:start]
    *above, _own_line = before.split("\n")

    reasons = []
    for line in reversed(above):
        row = line.strip()
        if not row.startswith("#"):
            break
        reasons.append(row.lstrip("# "))

    reason = " ".join(reasons)
    return _REASON.search(reason) is not None
