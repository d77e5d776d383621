"""Files that belong already to the user who writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.users.current_user import user_steps
from lightship.shell.mode_commands import ModeCommand
from lightship.shell.words import Word


def writer_of(build: Build, changes: Sequence[ModeCommand]) -> str:
    """The user of the container, where a chown gives it all that is opened and nothing is to run.

    Empty otherwise: a mode with `x` is needed by any owner.
    """
    users = user_steps(build)
    user = users[-1].operands[0].partition(":")[0] if users else ""
    if not user or any(_may_run(change.text) for change in changes):
        return ""
    owned = set(_owned(build, user))
    paths = {_path(target) for change in changes for target in change.targets}
    return user if paths and paths <= owned else ""


def _owned(build: Build, user: str) -> Iterator[str]:
    for call in build.commands("chown"):
        words = [word for word in call.command.args if not word.text.startswith("-")]
        if call.instruction not in build.shipped or not words:
            continue
        owner = _path(words[0]).partition(":")[0]
        if owner == user:
            yield from map(_path, words[1:])


def _may_run(mode: str) -> bool:
    if not mode.isdigit():
        return "x" in mode.lower() or "=" in mode
    return any(int(digit, 8) & 1 for digit in mode[-3:] if digit in "01234567")


def _path(word: Word) -> str:
    path = word.value or word.text.strip("'\"")
    return path.rstrip("/")
