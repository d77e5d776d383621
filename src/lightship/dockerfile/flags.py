"""The flags after a keyword (BuildKit's frontend/dockerfile/parser/split_command.go)."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate

from lightship.dockerfile.tree import Flag
from lightship.text import Mapped

# unicode.IsSpace of single bytes: BuildKit walks the line byte by byte here.
_SPACE_BYTES = "\t\n\v\f\r \x85\xa0"
# The same bytes where they are no part of a character.
_STRAY_SPACE = ("\udc85", "\udca0")


def read_flags(
    line: Mapped,
    start: int,
    end: int,
    escape: str,
) -> tuple[tuple[Flag, ...], int]:
    """flags = (space* "--" word)* (space* "--" &space)?

    The flags of `line.text[start:end]`, and the offset where the operands begin. Quotes and the
    escape character work inside a flag, and `--` alone ends the flags.
    """
    text = line.text
    if not text.startswith("--", start) and text[start : start + 1] not in _STRAY_SPACE:
        return (), start
    if text.isascii():
        raw, rest = _scan(text, start, end, escape)
        return tuple(_flag(line, *flag) for flag in raw), rest
    data, starts = _bytewise(text)
    raw, rest = _scan(data, starts[start], starts[end], escape)
    # A flag that ends inside a character takes all of it.
    found = (
        (value, bisect_left(starts, first), bisect_left(starts, last))
        for value, first, last in raw
    )
    return tuple(_flag(line, *flag) for flag in found), bisect_left(starts, rest)


@lru_cache(maxsize=1)  # a line of nested ONBUILDs asks once for each
def _bytewise(text: str) -> tuple[str, list[int]]:
    """Each byte of a line as a character, and where among them each character of the line begins.

    Outside ASCII BuildKit takes bytes for characters: a byte A0 inside a letter separates words.
    """
    lengths = (len(char.encode("utf-8", "surrogateescape")) for char in text)
    return text.encode("utf-8", "surrogateescape").decode("latin-1"), list(
        accumulate(lengths, initial=0)
    )


def _scan(
    text: str,
    at: int,
    end: int,
    escape: str,
) -> tuple[list[tuple[str, int, int]], int]:
    """Each flag unquoted, with its start and end; and the offset after the last."""
    flags: list[tuple[str, int, int]] = []
    while True:
        while at < end and text[at] in _SPACE_BYTES:
            at += 1
        if not text.startswith("--", at, end):
            return flags, at
        start = at
        value, quoted, at = _unquote(text, at, end, escape)
        if value == "--":
            return flags, at
        if value or quoted:
            flags.append((value, start, at))


def _unquote(text: str, at: int, end: int, escape: str) -> tuple[str, bool, int]:
    """One word without its quotes, whether it had any, and where it ends."""
    word: list[str] = []
    quote, quoted = "", False
    while at < end:
        char = text[at]
        if char == quote:
            quote = ""
        elif not quote and char in _SPACE_BYTES:
            break
        elif not quote and char in "'\"":
            quote, quoted = char, True
        elif char == escape:
            at += 1
            word.append(text[at] if at < end else "")
        else:
            word.append(char)
        at += 1
    return "".join(word), quoted, min(at, end)


def _flag(line: Mapped, text: str, start: int, end: int) -> Flag:
    name, separator, value = text[2:].partition("=")
    span = line.span(start, end)
    if not separator:
        return Flag(name, None, span, None)
    equals = line.text.find("=", start, end)
    return Flag(name, value, span, line.span(equals + 1, end))
