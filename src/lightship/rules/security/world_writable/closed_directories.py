"""Directories that nobody but root can enter, whatever else their mode allows."""

from __future__ import annotations

from lightship.build import Build
from lightship.shell.mode_bits import octal
from lightship.shell.mode_commands import ModeCommand
from lightship.shell.words import Word

_ENTER_AS_OTHER = 0o001


def is_closed_directory(build: Build, change: ModeCommand) -> bool:
    """Whether chmod takes the right to enter from directories that a RUN makes.

    Without `x` no other user reaches what is in them, though the mode has `w`.
    """
    if not change.text.isdigit() or not change.targets:
        return False
    bits = octal(change.text)
    if bits is None or bits & _ENTER_AS_OTHER:
        return False
    made = build.once(_made_directories)
    return all(_path(target) in made for target in change.targets)


def _made_directories(build: Build) -> frozenset[str]:
    """What mkdir makes, as it is written."""
    paths: set[str] = set()
    for call in build.commands("mkdir"):
        paths.update(map(_path, call.command.args))
    return frozenset(paths)


def _path(word: Word) -> str:
    path = word.value or word.text.strip("'\"")
    return path.rstrip("/")
