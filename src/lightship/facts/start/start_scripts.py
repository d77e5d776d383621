"""The scripts of the build context that an image starts, by their names alone."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.facts.start.purpose import start_commands

# What is neither for a shell nor for Python
_OTHERS = (
    ".js",
    ".jar",
    ".php",
    ".rb",
    ".json",
    ".conf",
)
_NOT_SHELL = (".py", *_OTHERS)
_MOST_OF_A_NAME = 5  # files that are read


def start_scripts(build: Build) -> Iterator[str | None]:
    """The text of each script that the image starts; None where it cannot be read."""
    names = _started_names(build)
    copied = set()
    for source, name in _named_copies(build):
        if name not in names:
            continue
        if source.endswith(_NOT_SHELL):
            continue
        copied.add(name)
        yield _script(build, source)

    # A directory may have brought the others, or a command put them in their place
    others = names - copied
    for name in sorted(others):
        if _looks_like_script(name):
            yield from _scripts_called(build, name)


def copied_programs(build: Build) -> Iterator[tuple[str, str]]:
    """The short files that the image copies by name, with the name and the text of each."""
    for source in _local_sources(build):
        name = basename(source)
        if not name or name.endswith(_OTHERS):
            continue
        text = _script(build, source)
        if text:
            yield name, text


def _started_names(build: Build) -> set[str]:
    """The last parts of all words of the start commands."""
    names = set()
    for command in start_commands(build):
        for value in command.values:
            path = value or ""
            name = basename(path)
            names.add(name)
    names.discard("")
    return names


def _named_copies(build: Build) -> Iterator[tuple[str, str]]:
    """What is copied from the build context, with the name that it has in the image."""
    for sources, target in _local_copies(build):
        for source in sources:
            yield source, basename(source)

        # One file may get another name
        new_name = basename(target)
        if len(sources) > 1 or not new_name:
            continue
        [source] = sources
        if new_name != basename(source):
            yield source, new_name


def _local_sources(build: Build) -> Iterator[str]:
    """What each COPY and ADD takes from the build context."""
    for sources, _ in _local_copies(build):
        yield from sources


def _local_copies(build: Build) -> Iterator[tuple[tuple[str, ...], str]]:
    """The sources and the target of each COPY and ADD that takes from the build context."""
    for step in build.shipped_steps:
        instruction = step.instruction
        if instruction.keyword not in ("COPY", "ADD"):
            continue
        if instruction.flag("from") is not None:
            continue
        if step.operands:
            *sources, target = step.operands
            yield tuple(sources), target


def _looks_like_script(name: str) -> bool:
    if name.endswith((".sh", ".bash")):
        return True
    return "entrypoint" in name


def _scripts_called(build: Build, name: str) -> Iterator[str | None]:
    """The script at the root of the build context, or those of that name in its directories."""
    text = _script(build, name)
    if text is not None or build.context is None:
        yield text
        return
    paths = [file.path for file in build.context.sent if file.name == name]
    if not paths:
        yield None
    for path in paths[:_MOST_OF_A_NAME]:
        yield _script(build, path)


def _script(build: Build, path: str) -> str | None:
    """The text at a path; empty for what has NUL bytes or is too long, which is a program."""
    context = build.context
    if context is None:
        return None
    text = context.read(path)
    if text is None:
        return "" if context.exists(path) else None
    return "" if "\0" in text else text
