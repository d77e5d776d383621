"""Commands that set modes: which mode, of which files, and whether it lets every user write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.record import record
from lightship.shell.tree import Command
from lightship.shell.words import Word

_STICKY = 0o1000
_READ_WRITE = 0o006
_MODE_OPTIONS = ("-m", "--mode")
_EXEC = frozenset({"-exec", "-execdir", "-ok", "-okdir"})


@record
class ModeCommand:
    """`text` is the mode, `word` the word that holds it; `targets` are the files."""

    text: str
    word: Word
    targets: tuple[Word, ...]


def mode_command(command: Command) -> ModeCommand | None:
    """What chmod, `find -exec chmod`, `mkdir -m` and `install -m` set, where the mode is known."""
    if command.name == "chmod":
        return _chmod(command.args)
    if command.name == "find":
        at = next(
            (at for at, word in enumerate(command.words) if word.value in _EXEC), None
        )
        if (
            at is not None
            and at + 1 < len(command.words)
            and (command.words[at + 1].value or "").endswith("chmod")
        ):
            found = _chmod(command.words[at + 2 :])
            return (
                ModeCommand(found.text, found.word, command.words[1:2])
                if found
                else None
            )
    return _with_option(command.args) if command.name in ("mkdir", "install") else None


def _chmod(words: Sequence[Word]) -> ModeCommand | None:
    plain = [word for word in words if not _is_option(word.value or word.text)]
    if (
        not plain
        or plain[0].value is None
        or any(word.text.startswith("--reference") for word in words)
    ):
        return None
    return ModeCommand(plain[0].value, plain[0], tuple(plain[1:]))


def _is_option(text: str) -> bool:
    """`-R`, but not `-w`, which is a mode that takes a right away."""
    return text.startswith("--") or (
        text.startswith("-") and not set(text[1:]) & set("rwxXst")
    )


def _with_option(words: Sequence[Word]) -> ModeCommand | None:
    """`-m 777`, `-m777`, `--mode=777`."""
    for at, word in enumerate(words):
        text = word.value or ""
        rest = tuple(
            other for other in words[at + 1 :] if not other.text.startswith("-")
        )
        if text in _MODE_OPTIONS and rest and rest[0].value is not None:
            return ModeCommand(rest[0].value, rest[0], rest[1:])
        for option in ("--mode=", "-m"):
            if text.startswith(option) and text != option:
                return ModeCommand(text.removeprefix(option), word, rest)
    return None


def opens_to_all(mode: str) -> bool:
    """Whether it lets every user write, and no sticky bit keeps them from each other's files.

    Who may write and not read drops something in a box that others empty: that is meant.
    """
    if mode.isdigit():
        bits = int(mode, 8) if set(mode) <= set("01234567") else 0
        return bits & _READ_WRITE == _READ_WRITE and not bits & _STICKY
    return "t" not in mode and any(_gives_write(clause) for clause in mode.split(","))


def _gives_write(clause: str) -> bool:
    """`a+w`, `o=rwx`, `ugo+rwX`; without a letter before it the umask keeps `w` from others."""
    who = clause[: len(clause) - len(clause.lstrip("ugoa"))]
    rest = clause[len(who) :]
    return bool(set(who) & set("oa")) and any(
        part.startswith(("+", "=")) and "w" in part for part in _parts(rest)
    )


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
    return mode[:-1] + str(int(mode[-1]) & 5)
