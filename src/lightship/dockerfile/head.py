"""The head of an instruction: its keyword and flags, up to the operands (BuildKit's
parser/split_command.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.dockerfile.characters import BLANKS, trimmed
from lightship.dockerfile.flags import read_flags
from lightship.dockerfile.instructions import KEYWORDS
from lightship.dockerfile.tree import Flag, Word
from lightship.dockerfile.values import go_lower
from lightship.record import record
from lightship.text import Mapped


@record(eq=False, frozen=False)
class Head:
    """keyword flags? operands: the parts of a joined line before the operands are read."""

    name: Word
    keyword: str
    flags: tuple[Flag, ...]
    start: int
    end: int


def _head(line: Mapped, start: int, end: int, escape: str) -> Head:
    """head = space* keyword (blank+ flags? space* operands)? space*"""
    start, end = trimmed(line.text, start, end)
    blank = BLANKS.search(line.text, start, end)
    stop = blank.start() if blank else end
    name = Word(line.text[start:stop], line.span(start, stop))
    flags: tuple[Flag, ...] = ()
    operands = end
    if blank:
        flags, operands = read_flags(line, blank.end(), end, escape)
        operands, end = trimmed(line.text, operands, end)
    return Head(name, _keyword(name.text), flags, operands, end)


def _keyword(name: str) -> str:
    if name.isascii():
        return name.upper()
    lower = go_lower(name)
    if lower.isascii() and lower.upper() in KEYWORDS:
        return lower.upper()
    upper = "".join(map(_go_upper, name))
    return name if upper in KEYWORDS else upper


def _go_upper(character: str) -> str:
    """As Go's unicode.ToUpper, which never makes two characters of one."""
    upper = character.upper()
    return upper if len(upper) == 1 else character


def heads(line: Mapped, escape: str) -> Iterator[Head]:
    """The instruction's head and, while it is ONBUILD, that of what it holds."""
    start = 0
    end = len(line.text)
    while True:
        head = _head(line, start, end, escape)
        yield head
        if head.keyword != "ONBUILD" or head.start == head.end:
            return
        start, end = head.start, head.end
