"""Whether a build is meant to take the newest code of a branch."""

from __future__ import annotations

from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.moving_source import BRANCHES
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.start_scripts import start_scripts
from lightship.regex import regex

_NEWEST = regex(
    r"(?i)\b(?:latest|newest|most recent|nightly|bleeding|up[- ]to[- ]date|invalidates?|HEAD of"
    r"|current (?:master|main|head|tip|development|state))\b"
)
# `# update recipes` over a clone that brings them: nothing but fresh data is wanted
_UPDATED = regex(
    r"(?i)(?:update|refresh|renew)(?: the)? (?!(?:packages?|system|apt|apk|pip|repos?|repositor\w+"
    r"|index\w*|sources?|dependenc\w+|os|certificates?|submodules?)$)[\w-]+"
)
# `# An image with the latest source`, above FROM
_NEWEST_CODE = regex(
    r"(?i)\b(?:latest|newest|most recent|current)\s+(?:source|code|commit|master|main|git|upstream)"
)
_CACHE_BUSTER = regex(
    r"(?i)\bARG\s+\w*(?:cache_?(?:bust|break|date|invalid)|bust_?cache)\w*"
)
_REPOSITORY = regex(
    r"https?://(?:api\.)?(?:github|gitlab)\.com/(?:repos/)?([\w.-]+/[\w.-]+)/"
)
# What a container does when it starts: `git pull`, a script of its own to update
_RENEWS = regex(
    r"\bgit\b[^\n]{0,40}?\b(?:pull|fetch)\b|\bupdate\.(?:sh|py)\b|-m[\s\",]+[\w.]+\.update\b"
)
_NIGHTLY = ("nightly", "edge", "canary", "snapshot")
# Directories of an image that is made for several versions, and the ends of file names
_UNRELEASED = frozenset({"latest", "devel", "trunk", "unstable", "head"})


def is_of_today(build: Build) -> bool:
    """Whether the image is meant to have the newest code, by its name."""
    path = (build.repository.dockerfile or build.path or "").lower()
    names = f"{path} {build.path or ''} {build.target or ''}".lower()
    if any(mark in names for mark in _NIGHTLY):
        return True
    above, _, name = path.rpartition("/")
    folder = basename(above)
    _, _, ending = name.rpartition(".")
    if folder in _UNRELEASED or ending in _UNRELEASED:
        return True
    return _is_told_of_branch(build, folder)


def _is_told_of_branch(build: Build, folder: str) -> bool:
    """Whether the Dockerfile lies in `master`, and a variable of it has that value.

    The word alone may be that of a node, as Spark calls it.
    """
    if folder not in BRANCHES:
        return False
    items = (*build.dockerfile.globals, *build.each("ARG", "ENV"))
    values = [pair.value for item in items for pair in item.pairs]
    return any(value is not None and value.text == folder for value in values)


def is_renewed_at_start(build: Build) -> bool:
    """Whether the container fetches the newest code itself when it starts."""
    text = build.dockerfile.text
    for step in start_steps(build):
        own = step.instruction.span.of(text)
        if _RENEWS.search(own):
            return True
    scripts = start_scripts(build)
    known = filter(None, scripts)
    return any(map(_RENEWS.search, known))


def is_wanted(build: Build, stage: Stage, instruction: Instruction) -> bool:
    """Whether a comment directly above says that the newest code is wanted, or one above FROM.

    A WORKDIR between the two does not part them.
    """
    comments = instruction.comments
    if any(map(_NEWEST.search, comments)):
        return True
    if any(map(_UPDATED.fullmatch, comments[-1:])):
        return True
    if any(map(_NEWEST_CODE.search, stage.from_.comments)):
        return True
    at = stage.instructions.index(instruction)
    if at == 0:
        return False
    before = stage.instructions[at - 1]
    if before.keyword != "WORKDIR":
        return False
    comment = comments_near(build.dockerfile, before)
    return _NEWEST.search(comment) is not None


def is_fetched_again(stage: Stage, instruction: Instruction) -> bool:
    """Whether something above keeps its layer from coming out of the cache, so that it is renewed.

    That is an ARG for that, or an ADD of a page about the repository, which is fetched each time.
    """
    text = instruction.line.text
    for item in stage.instructions:
        if item is instruction:
            return False
        if item.keyword == "ARG" and _CACHE_BUSTER.search(item.line.text):
            return True
        if item.keyword != "ADD":
            continue
        for repository in _REPOSITORY.findall(item.line.text):
            if repository in text:
                return True
    return False
