"""Files that belong already to the user who writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.evaluation.paths import below
from lightship.facts.users.current_user import user_steps
from lightship.shell.commands import Command
from lightship.shell.mode_commands import ModeCommand
from lightship.shell.words import Word


def writer_of(build: Build, changes: Sequence[ModeCommand]) -> str:
    """The user of the container, where a chown gives it all that is opened and nothing is to run.

    Empty otherwise: a mode with `x` is needed by any owner.
    """
    user = _user_of_container(build)
    if not user:
        return ""
    if any(may_run(change.text) for change in changes):
        return ""

    paths: set[str] = set()
    for change in changes:
        paths.update(map(_path, change.targets))
    is_owner = paths and paths <= _paths_given_to(user, build)
    return user if is_owner else ""


def are_given(build: Build, paths: Sequence[str]) -> bool:
    """Whether each of these paths, or a directory above it, is given to somebody in the image.

    What is not belongs to root and its group.
    """
    given = list(_given_paths(build))
    for path in paths:
        if not any(below(path, place) is not None for place in given):
            return False
    return bool(paths)


def _given_paths(build: Build) -> Iterator[str]:
    """What chown and chgrp name, and where a COPY with `--chown` writes."""
    shipped = build.shipped
    for call in build.commands("chown", "chgrp"):
        if call.instruction in shipped:
            operands = _operands(call.command)
            yield from map(_path, operands[1:])

    for call in build.commands("install"):
        words = call.command.args
        if call.instruction in shipped and any(map(_names_owner, words)):
            yield from map(_path, words)

    for step in build.shipped_steps:
        if step.operands and step.flags and step.flags.get("chown"):
            yield step.operands[-1]


def _names_owner(word: Word) -> bool:
    return word.text.startswith(("-o", "-g", "--owner", "--group"))


def _user_of_container(build: Build) -> str:
    """The user that the last USER names; empty without one."""
    users = user_steps(build)
    if not users:
        return ""
    name, _colon, _group = users[-1].operands[0].partition(":")
    return name


def _paths_given_to(user: str, build: Build) -> set[str]:
    """What each chown of the final image names."""
    given: set[str] = set()
    for call in build.commands("chown"):
        if call.instruction not in build.shipped:
            continue

        operands = _operands(call.command)
        if not operands:
            continue
        owner, *paths = map(_path, operands)
        name, _colon, _group = owner.partition(":")
        if name == user:
            given.update(paths)
    return given


def _operands(command: Command) -> list[Word]:
    return [word for word in command.args if not word.text.startswith("-")]


def may_run(mode: str) -> bool:
    """Whether a mode gives somebody the right to run the file, or may do so."""
    if not mode.isdigit():
        return "x" in mode.lower() or "=" in mode
    digits = [digit for digit in mode[-3:] if digit in "01234567"]
    return any(int(digit, 8) & 1 for digit in digits)


def _path(word: Word) -> str:
    path = word.value or word.text.strip("'\"")
    return path.rstrip("/")
