"""As whom a command runs that `sudo -u`, `gosu`, `su -c` or `runuser -u` starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.shell.commands import Command, Script, Word
from lightship.shell.specs import written
from lightship.shell.starter_words import own_words
from lightship.shell.starters import STARTERS


def named_user(script: Script, command: Command) -> str:
    """The user without a group; empty where none is named on the command line."""
    for words in _starters(script, command):
        user = starting_user(words)
        if user:
            return user
    return ""


def starting_user(words: Sequence[Word]) -> str:
    """The user that a starter and its options name, without a group; empty where it names none."""
    _, _, name = written(words[0]).rpartition("/")
    for starter in STARTERS.get(name, ()):
        operand = ""
        for own in own_words(words, starter):
            if own.option in starter.users:
                return _without_group(own.value)
            if not own.option and not operand:
                operand = own.value
        if starter.user_operand:
            return _without_group(operand)
    return ""


def _without_group(user: str) -> str:
    """The user of `app:staff`; runit writes `:1000:50` for numbers."""
    name, _, _ = user.removeprefix(":").partition(":")
    return name


def _starters(script: Script, command: Command) -> Iterator[Sequence[Word]]:
    """The commands that start it, the nearest one first, and those that start its script."""
    for wrapper in reversed(command.wrappers):
        yield wrapper.words
    outer = script.outer
    if outer is None:
        return
    yield outer.words
    for wrapper in reversed(outer.wrappers):
        yield wrapper.words
