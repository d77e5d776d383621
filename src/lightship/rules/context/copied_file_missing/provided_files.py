"""Files that people provide themselves, and contexts that something fills before the build."""

from __future__ import annotations

import re
from posixpath import basename

from lightship.build import Build
from lightship.context.taken_by_copy import roots
from lightship.context.wildcards import clean
from lightship.facts.start.manuals import manuals
from lightship.regex import regex
from lightship.rules.context.copied_file_missing.missing_sources import (
    MissingSource,
    is_made,
)

_LINES_BELOW = 3
_LINES_ABOVE = 3
# A comment beside the instruction that says where the file comes from
_PROVIDED = regex(
    r"(?i)\bnot (?:be )?(?:checked in|committed|in (?:git|the repo\w*)|part of)\b|\bprovided?\b"
    r"|\byou(?:r own| need| have to| must| should)\b|\bbefore (?:the )?(?:build|running)"
    r"|\b(?:generated?|created?|made|downloaded|placed?|put) (?:by|before|here|in|it|this|from)\b"
    r"|\bcredentials?\b|\bsecrets?\b"
)
# A line of a manual that has people add a file
_ASKED_FOR = regex(
    r"(?i)\b(?:add|drop|place|provide|put|save|supply|upload|need to|must|your own)\b"
)
_INSTRUCTIONS = ("ADD ", "COPY ")
# `config.sample.ini`, `settings.yaml.example`, `example-config.toml`
_SAMPLE = regex(
    r"(?i)[._-]?(?:sample|example|dist|template|tmpl|tpl|default|defaults)[._-]?"
)
_ENDS = "._-"


def is_provided(build: Build, source: MissingSource) -> bool:
    """Whether a comment beside it or a manual says so, or a sample of it is in the repository."""
    if _is_commented(build, source) or _has_sample(build, source.path):
        return True
    return _is_asked_for(build, basename(source.path))


def _is_asked_for(build: Build, name: str) -> bool:
    """Whether a README has people put a file of that name in its place."""
    named = regex(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)")
    for text in manuals(build):
        if name not in text:
            continue
        for line in text.splitlines():
            if line.lstrip().startswith(_INSTRUCTIONS):
                continue  # a Dockerfile is shown
            if named.search(line) and _ASKED_FOR.search(line):
                return True
    return False


def _is_commented(build: Build, source: MissingSource) -> bool:
    text = build.dockerfile.text
    lines = text.splitlines()
    instruction = source.instruction
    first = instruction.first_line - 1
    start = max(0, first - _LINES_ABOVE)
    last = first + instruction.span.of(text).count("\n")
    below = last + 1
    around = lines[start:first] + lines[below : below + _LINES_BELOW]
    comments = (line for line in around if line.lstrip().startswith("#"))
    return any(map(_PROVIDED.search, comments))


def _has_sample(build: Build, path: str) -> bool:
    context = build.context
    if context is None:
        return False
    wanted = _plain(basename(path))
    for file in context.files:
        if not _SAMPLE.search(file.name):
            continue
        meant = _SAMPLE.sub(".", file.name)
        if _plain(meant) == wanted:
            return True
    return False


def _plain(name: str) -> str:
    """A name without what stands between its parts: `config.ini` and `config-.ini` are one."""
    return "".join(letter for letter in name.lower() if letter not in _ENDS)


def is_prepared(build: Build) -> bool:
    """Whether something fills the context before the build.

    The Dockerfile copies something else that is not there, of a kind that is made: `target/*.jar`.
    """
    context = build.context
    if context is None:
        return False
    for copying in build.copyings("COPY", "ADD"):
        if copying.step is None:
            continue
        for source in copying.local:
            if source.varies or source.value is None:
                continue
            path = clean(f"/{source.value}").removeprefix("/")
            if not path or ".env" in basename(path):
                continue  # a person writes it, which fills nothing else
            if is_made(path) and not roots(context, path):
                return True
    return False
