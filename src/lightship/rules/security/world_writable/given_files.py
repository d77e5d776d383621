"""Files that belong already to the user who writes them."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.users.current_user import user_steps
from lightship.shell.mode_commands import ModeCommand
from lightship.shell.words import Word


def writer_of(build: Build, changes: Sequence[ModeCommand]) -> str:
    """The user of the container, where a chown gives it all that is opened and nothing is to run.

    Empty otherwise: a mode with `x` is needed by any owner.
    """
    user = _user_of_container(build)
    if not user:
        return ""
    if any(_may_run(change.text) for change in changes):
        return ""

    paths: set[str] = set()
    for change in changes:
        paths.update(map(_path, change.targets))
    is_owner = paths and paths <= _paths_given_to(user, build)
    return user if is_owner else ""


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

        operands = [word for word in call.command.args if not _is_option(word)]
        if not operands:
            continue
        owner, *paths = map(_path, operands)
        name, _colon, _group = owner.partition(":")
        if name == user:
            given.update(paths)
    return given


def _is_option(word: Word) -> bool:
    return word.text.startswith("-")


def _may_run(mode: str) -> bool:
    """Whether a mode gives somebody the right to run the file, or may do so."""
    if not mode.isdigit():
        return "x" in mode.lower() or "=" in mode
    digits = [digit for digit in mode[-3:] if digit in "01234567"]
    return any(int(digit, 8) & 1 for digit in digits)


def _path(word: Word) -> str:
    path = word.value or word.text.strip("'\"")
    return path.rstrip("/")
