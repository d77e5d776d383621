"""Whether USER is left out on purpose: a manifest of the repository says who runs the container."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

# As in "no USER directive" and "the USER is left out on purpose"
_LEFT_OUT = regex(
    r"\b(?:[Nn]o|[Ww]ithout(?: an?)?|[Oo]mit\w*|[Ll]eaves?|[Ll]eft)\b[^.]{0,30}\bUSER\b"
    r"|\bUSER\b[^.]{0,40}"
    r"\b(?:omitted|left out|missing|not set|unset|on purpose|intentional\w*|deliberate\w*)\b"
)
_MANIFEST_USER = regex(r"\brunAsUser[\"']?\s*:\s*[\"']?([1-9][0-9]*)\b")


def is_left_to_manifest(build: Build) -> bool:
    """Whether a comment says so, and files are given to the user that a manifest names."""
    if not _says_left_out(build):
        return False
    owners = set(_numeric_owners(build))
    if not owners:
        return False
    for text in run_texts(build) or ():
        if "runAsUser" in text and not owners.isdisjoint(_MANIFEST_USER.findall(text)):
            return True
    return False


def _says_left_out(build: Build) -> bool:
    """Whether a comment of the stages that end in the image says that USER is not there."""
    text = build.dockerfile.text
    start = min(stage.span.start for stage in build.lineage)
    words = [
        comment.text(text)
        for comment in build.dockerfile.comments
        if comment.span.start >= start
    ]
    return _LEFT_OUT.search(" ".join(words)) is not None


def _numeric_owners(build: Build) -> list[str]:
    """The numbers of users that `chown` gives files to."""
    owners = []
    for call in build.commands("chown"):
        if call.instruction not in build.shipped:
            continue
        for value in call.command.values[1:]:
            owner = (value or "").partition(":")[0]
            if owner.isdecimal():
                owners.append(owner)
    return owners
