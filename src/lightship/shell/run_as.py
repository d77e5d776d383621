"""As whom a command runs that `sudo -u`, `gosu`, `su -c` or `runuser -u` starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.regex import regex
from lightship.shell.commands import Command, Script, Word
from lightship.shell.specs import written

# The user is their first operand
_FIRST = frozenset({"gosu", "su-exec", "setuidgid", "s6-setuidgid", "su"})
# It is the value of an option, which may stand after other letters or before the value itself:
# `-Hu app`, `-uapp`
_OPTION = frozenset({"sudo", "doas", "runuser"})
_LETTERS = regex(r"-[AbBEeHiKklLmnPSsv]*u(?P<user>\S*)")
_VALUED = frozenset({"-s", "--shell", "-g", "--group", "-G", "--supp-group"})


def named_user(script: Script, command: Command) -> str:
    """The user without a group; empty where none is named on the command line."""
    for words in _starters(script, command):
        user = starting_user(words)
        if user:
            return user
    return ""


def starting_user(words: Sequence[Word]) -> str:
    """The user that a starter and its options name, without a group; empty where it names none."""
    name, *arguments = [written(word) for word in words]
    user = ""
    if name in _OPTION:
        user = _value(arguments)
    elif name in _FIRST:
        user = _first(arguments)
    return user.partition(":")[0]


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


def _value(arguments: Sequence[str]) -> str:
    """The value of `-u` or `--user`."""
    for at, text in enumerate(arguments):
        if text.startswith("--user="):
            return text.removeprefix("--user=")
        letters = _LETTERS.fullmatch(text)
        if letters is not None and letters["user"]:
            return letters["user"]
        if letters is not None or text == "--user":
            return next(iter(arguments[at + 1 : at + 2]), "")
    return ""


def _first(arguments: Sequence[str]) -> str:
    """The first operand."""
    before = ""
    for text in arguments:
        if not text.startswith("-") and before not in _VALUED:
            return text
        before = text
    return ""
