"""As whom a command runs that `sudo -u`, `gosu`, `su -c` or `runuser -u` starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.shell.commands import Command, Script, Word
from lightship.shell.specs import written

# The user is their first operand
_FIRST = frozenset({"gosu", "su-exec", "setuidgid", "s6-setuidgid", "su"})
# It is the value of an option, which may end a group of letters: `-Hu app`
_OPTION = frozenset({"sudo", "doas", "runuser"})
_VALUED = frozenset({"-s", "--shell", "-g", "--group", "-G", "--supp-group"})


def named_user(script: Script, command: Command) -> str:
    """The user without a group; empty where none is named on the command line."""
    for name, words in _starters(script, command):
        user = _user_of(name, [written(word) for word in words[1:]])
        if user:
            return user.partition(":")[0]
    return ""


def _starters(script: Script, command: Command) -> Iterator[tuple[str, Sequence[Word]]]:
    """The commands that start it, the nearest one first, and those that start its script."""
    for wrapper in reversed(command.wrappers):
        yield wrapper.name, wrapper.words
    outer = script.outer
    if outer is None:
        return
    yield outer.name, outer.words
    for wrapper in reversed(outer.wrappers):
        yield wrapper.name, wrapper.words


def _user_of(name: str, arguments: Sequence[str]) -> str:
    if name in _OPTION:
        return _value(arguments)
    return _first(arguments) if name in _FIRST else ""


def _value(arguments: Sequence[str]) -> str:
    """The value of `-u` or `--user`."""
    for at, text in enumerate(arguments):
        if text.startswith("--user="):
            return text.removeprefix("--user=")
        if text == "--user" or (_is_letters(text) and text.endswith("u")):
            return next(iter(arguments[at + 1 : at + 2]), "")
    return ""


def _is_letters(text: str) -> bool:
    return text.startswith("-") and not text.startswith("--")


def _first(arguments: Sequence[str]) -> str:
    """The first operand."""
    before = ""
    for text in arguments:
        if not text.startswith("-") and before not in _VALUED:
            return text
        before = text
    return ""
