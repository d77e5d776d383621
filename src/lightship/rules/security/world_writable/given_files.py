"""Files that belong already to the user who writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename

from lightship.build import Build
from lightship.evaluation.paths import below
from lightship.facts.users.current_user import user_steps
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.mode_commands import ModeCommand, is_recursive
from lightship.shell.words import Word


@record
class _Gift:
    """A chown to one user: what it names, with all that lies in it or not, and where it ends."""

    paths: frozenset[str]
    is_recursive: bool
    end: int


def writer_of(build: Build, changes: Sequence[ModeCommand]) -> str:
    """The user of the container, where a chown gives it all that is opened and nothing is to run.

    Empty otherwise: a mode with `x` is needed by any owner.
    """
    user = _user_of_container(build)
    if not user:
        return ""
    if any(may_run(change.text) for change in changes):
        return ""

    given = list(_given_to(user, build))
    paths = [
        (_path(word), change.word.span.start)
        for change in changes
        for word in change.targets
    ]
    for path, at in paths:
        if not any(_gives(build, gift, path, at) for gift in given):
            return ""
    return user if paths else ""


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


def _given_to(user: str, build: Build) -> Iterator[_Gift]:
    """What each chown of the final image names."""
    for call in build.commands("chown"):
        if call.instruction not in build.shipped:
            continue

        command = call.command
        operands = _operands(command)
        if not operands:
            continue
        owner, *paths = map(_path, operands)
        name, _colon, _group = owner.partition(":")
        if name == user:
            yield _Gift(frozenset(paths), is_recursive(command), command.span.end)


def _gives(build: Build, gift: _Gift, path: str, at: int) -> bool:
    """Whether a chown gives a path away, whose mode is set at `at`.

    What is only written into the directory after the chown belongs to who writes it.
    """
    if path in gift.paths:
        return True
    if not gift.is_recursive or not path.startswith("/"):
        return False
    if not any(below(path, place) is not None for place in gift.paths):
        return False
    between = build.dockerfile.text[gift.end : at]
    return basename(path) not in between


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
