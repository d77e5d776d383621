"""What the files of a repository run in containers: manuals, task files, scripts, compose, CI."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from lightship.build import Build
from lightship.context.run_files import says_how_it_runs
from lightship.regex import regex

_CALL = regex(
    r"\b(?:docker|podman|nerdctl|kubectl|oc)\b[^\n]*?\s(?:run|exec)\s(?P<rest>[^\n]*)"
)
_COMPOSE = regex(r"(?m)^[\"']?services[\"']?:")
# `- ./tests:/app/tests`: a volume brings the files itself
_VOLUME = regex(r"\s*-\s*[\"']?[\w./~${}-]+:/")
# A command behind a variable, or a function of the script, may go to a container: `$(DC) pytest`
_BY_VARIABLE = regex(r"[@\s-]*\"?(?:\$\(\w+\)|\$\{?\w+\}?|\{\{[\s\w]+\}\})\"?\s")
_FUNCTION = regex(r"(?m)^[^\S\n]*(?:function\s+)?([\w-]+)\s*\(\)")
_OWN_IMAGE = regex(
    r"(?m)^[^\S\n]*(?:-\s*)?(?:image|container):\s*[\"']?\S*\$\{?\{?[\s\w.]*(?:IMAGE|REGISTRY|image)"
)
_WORDS = (
    "docker",
    "podman",
    "nerdctl",
    "kubectl",
    "oc ",
    "services",
    "image",
    "container",
)
_LONGEST_LINE = 4_000
# `docker exec -it shop sh`: what a manual says next is typed into that shell
_SHELL = regex(r"(?:^|[\s/])(?:ba|da|a|z)?sh(?:\s+-[a-z]+)*(?:[`\"')]|\s*$)")
_LINES_IN_SHELL = 12
# What comes first in a Dockerfile, after comments: other texts with FROM in them are none. A line
# is read in one way alone, since the CR at the end of a comment may be a part of it or not
_BEGINS = regex(r"(?i)\ufeff?(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+[ \t]*+(?:from|arg)[ \t]")


def run_texts(build: Build) -> Sequence[str] | None:
    """The files that may say how containers are run; None where they are too many to read."""
    context = build.context
    if context is None:
        return None
    if context.run_texts is not None:
        return context.run_texts()
    files = [file for file in context.files if says_how_it_runs(file.name)]
    return [context.read(file.path) or "" for file in files]


def begins_as_dockerfile(text: str) -> bool:
    """Whether one of those files may be a Dockerfile."""
    return _BEGINS.match(text) is not None


def container_lines(build: Build) -> tuple[str, ...] | None:
    """The lines that may run something in a container of the image; None for too much to read.

    Which image a container is made of is not asked: variables and services name it.
    """
    return build.once(_container_lines)


def _container_lines(build: Build) -> tuple[str, ...] | None:
    if build.context is None:
        return ()
    texts = run_texts(build)
    if texts is None:
        return None
    lines: list[str] = []
    for text in texts:
        lines += _lines_of(text)
    return tuple(lines)


def is_told_to_run(build: Build, programs: Collection[str]) -> bool:
    """Whether one of these programs is run in a container, as far as the files say."""
    if not programs:
        return False
    lines = container_lines(build)
    if not lines:
        return False
    names = "|".join(map(re.escape, sorted(programs)))
    program = regex(rf"(?:(?<![\w.@/-])|(?<=bin/))(?:{names})(?![\w-]|\.\w)")
    return any(map(program.search, lines))


@lru_cache(maxsize=4096)
def _lines_of(text: str) -> tuple[str, ...]:
    """Those of one file: each round of fixes asks again."""
    if not any(word in text for word in _WORDS):
        return ()
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[str]:
    joined = text.replace("\\\r\n", " ")
    joined = joined.replace("\\\n", " ")
    is_compose = _COMPOSE.search(joined) is not None
    is_job = _OWN_IMAGE.search(joined) is not None
    has_calls = _CALL.search(joined) is not None
    if not (is_compose or is_job or has_calls):
        return

    names = _FUNCTION.findall(joined) if has_calls else ()
    functions = frozenset(names)
    in_shell = 0
    for line in joined.splitlines():
        in_shell -= 1
        if len(line) > _LONGEST_LINE:
            continue
        if line.lstrip().startswith("#"):
            in_shell = 0  # the next section of a manual
            continue
        call = _CALL.search(line)
        if call is not None:
            yield call["rest"]
            in_shell = _LINES_IN_SHELL if _opens_shell(call["rest"]) else in_shell
            continue
        if in_shell > 0:
            yield line
            continue
        is_of_service = is_compose and _VOLUME.match(line) is None
        is_handed_on = has_calls and _is_handed_on(line, functions)
        if is_of_service or is_job or is_handed_on:
            yield line


def _opens_shell(call: str) -> bool:
    """Whether what a container is asked to run is a shell alone."""
    return _SHELL.search(call) is not None


def _is_handed_on(line: str, functions: frozenset[str]) -> bool:
    words = line.split()
    if not functions.isdisjoint(words):
        return True
    return _BY_VARIABLE.match(line) is not None
