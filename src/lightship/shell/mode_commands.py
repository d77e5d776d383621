"""Commands that set modes: which mode, of which files, and whether it lets every user write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.record import record
from lightship.shell.mode_bits import octal
from lightship.shell.tree import Command
from lightship.shell.words import Word

_STICKY = 0o1000
_READ_WRITE = 0o006
_MODE_OPTIONS = ("-m", "--mode")
_MODE_LETTERS = frozenset("rwxXst")
_EXEC = frozenset({"-exec", "-execdir", "-ok", "-okdir"})


@record
class ModeCommand:
    """`text` is the mode, `word` the word that holds it; `targets` are the files."""

    text: str
    word: Word
    targets: tuple[Word, ...]


def mode_command(command: Command) -> ModeCommand | None:
    """What chmod, `find -exec chmod`, `mkdir -m` and `install -m` set, if the mode is known."""
    if command.name == "chmod":
        return _chmod(command.args)
    if command.name == "find":
        return _of_find(command)
    if command.name in ("mkdir", "install"):
        return _with_option(command.args)
    return None


def _of_find(command: Command) -> ModeCommand | None:
    """`find /x -exec chmod 755 {} +`, which is taken to reach all of /x."""
    words = command.words
    for at, word in enumerate(words):
        if word.value not in _EXEC:
            continue
        program = words[at + 1 : at + 2]
        if not program or not (program[0].value or "").endswith("chmod"):
            return None
        found = _chmod(words[at + 2 :])
        if found is None:
            return None
        return ModeCommand(found.text, found.word, words[1:2])
    return None


def _chmod(words: Sequence[Word]) -> ModeCommand | None:
    operands = []
    for word in words:
        if word.text.startswith("--reference"):
            return None
        if not _is_option(word.value or word.text):
            operands.append(word)
    if not operands:
        return None
    mode = operands[0]
    if mode.value is None:
        return None
    return ModeCommand(mode.value, mode, tuple(operands[1:]))


def _is_option(text: str) -> bool:
    """`-R`, but not `-w`, which is a mode that takes a right away."""
    if text.startswith("--"):
        return True
    return text.startswith("-") and _MODE_LETTERS.isdisjoint(text)


def _with_option(words: Sequence[Word]) -> ModeCommand | None:
    """`-m 777`, `-m777`, `--mode=777`."""
    for at, word in enumerate(words):
        text = word.value or ""
        if not text.startswith(("-m", "--mode")):
            continue
        after = words[at + 1 :]
        operands = [other for other in after if not other.text.startswith("-")]
        if text in _MODE_OPTIONS:
            if operands and operands[0].value is not None:
                mode = operands[0]
                return ModeCommand(operands[0].value, mode, tuple(operands[1:]))
            continue
        for option in ("--mode=", "-m"):
            if text.startswith(option):
                mode_text = text.removeprefix(option)
                return ModeCommand(mode_text, word, tuple(operands))
    return None


def opens_to_all(mode: str) -> bool:
    """Whether it lets every user write, and no sticky bit keeps them from each other's files.

    Who may write and not read drops something in a box that others empty: that is meant.
    """
    if not mode.isdigit():
        clauses = mode.split(",")
        return "t" not in mode and any(map(_gives_write, clauses))
    bits = octal(mode) or 0
    if bits & _STICKY:
        return False
    return bits & _READ_WRITE == _READ_WRITE


def _gives_write(clause: str) -> bool:
    """`a+w`, `o=rwx`, `ugo+rwX`; without a letter before it the umask keeps `w` from others."""
    changes = clause.lstrip("ugoa")
    who = clause.removesuffix(changes)
    if "o" not in who and "a" not in who:
        return False
    given = (part for part in _parts(changes) if part.startswith(("+", "=")))
    return any("w" in part for part in given)


def _parts(text: str) -> Iterator[str]:
    """`+rw-x` as `+rw` and `-x`."""
    start = 0
    for at, letter in enumerate(text):
        if letter in "+-=" and at > start:
            yield text[start:at]
            start = at
    yield text[start:]


def for_group(mode: str) -> str | None:
    """An octal mode that keeps all rights but the one of others to write: 777 as 775."""
    if not mode.isdigit() or not opens_to_all(mode):
        return None
    others = int(mode[-1]) & 5
    return f"{mode[:-1]}{others}"


def is_recursive(command: Command) -> bool:
    """Whether chmod, chown or chgrp takes all that lies in a directory."""
    return any(_is_letter_r(word.text) for word in command.args)


def _is_letter_r(text: str) -> bool:
    if text.startswith("--"):
        return text == "--recursive"
    return text.startswith("-") and text[1:].isalpha() and "R" in text
