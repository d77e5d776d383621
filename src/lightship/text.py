"""Places in a text, and changes to it.

All offsets count code points of a `str`. A file's bytes become a `str` by `decode`, which keeps
bytes that are not UTF-8 as lone surrogates, and come back unchanged by `encode`; so an offset
never lies inside a character, and nothing is lost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from lightship.record import record


def decode(data: bytes) -> str:
    """Bytes of a file as text; bytes that are not UTF-8 become lone surrogates (PEP 383)."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The inverse of `decode`."""
    return text.encode("utf-8", "surrogateescape")


def common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How much two texts, or two lists of lines, share at their start, and then at their end."""
    shortest = min(len(before), len(after))
    start = 0
    while start < shortest and before[start] == after[start]:
        start += 1

    left = shortest - start
    end = 0
    while end < left and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


class Span(NamedTuple):
    """Half-open range of code points: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether both hold a character, or one is an insertion strictly inside the other."""
        return self.start < other.end and other.start < self.end


# Where there are hundreds: `new(Span, (1, 2))` takes half as long as `Span(1, 2)`
new = tuple.__new__


class Position(NamedTuple):
    """A place for people: line and column count from 1, the column in code points."""

    line: int
    column: int


class Lines:
    """Offsets of one text as lines and columns, and back.

    A line goes up to its `\\n`; the text after the last `\\n` is a line too, even when it is empty.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's first character."""
        starts = [0]
        at = self.text.find("\n") + 1
        while at:
            starts.append(at)
            at = self.text.find("\n", at) + 1
        return starts

    def line(self, offset: int) -> int:
        """The number of the line, from 1, that holds `offset`."""
        return bisect_right(self.starts, offset)

    def position(self, offset: int) -> Position:
        line = self.line(offset)
        start = self.starts[line - 1]
        return Position(line, offset - start + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position; one beyond the text is moved to the nearest that exists."""
        line = min(max(position.line, 1), len(self.starts))
        column = max(position.column, 1)
        start = self.starts[line - 1]
        return min(start + column - 1, len(self.text))

    def span(self, line: int) -> Span:
        """A line's characters, without its line ending (`\\n` or `\\r\\n`)."""
        starts = self.starts
        start = starts[line - 1]
        end = len(self.text)
        if line < len(starts):
            end = starts[line] - 1
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return Span(start, end)


@record
class Edit:
    """Replace the characters of `span` by `text`.

    `path` is None for the Dockerfile itself, else a file of the build context, relative to its
    root, with `/` (a fix that writes `.dockerignore`); a file that is not there yet counts as
    empty.
    """

    span: Span
    text: str
    path: str | None = None

    @classmethod
    def insert(cls, offset: int, text: str) -> Edit:
        return cls(Span(offset, offset), text)

    @classmethod
    def delete(cls, span: Span) -> Edit:
        return cls(span, "")

    @classmethod
    def replace(cls, span: Span, text: str) -> Edit:
        return cls(span, text)


@record
class TextChange:
    """A text before and after; `is_there` is whether an empty one is a file already."""

    before: str
    after: str
    is_there: bool = False

    @property
    def is_any(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all `edits` made; offsets are those of the text before.

    Insertions at one offset are made in the order given. Raises ValueError where two edits overlap
    or one lies outside.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=_place):
        start, end = edit.span
        if not at <= start <= end <= len(text):
            message = f"edit at {start}:{end} overlaps another or lies outside the text"
            raise ValueError(message)
        kept = text[at:start]
        pieces += (kept, edit.text)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _place(edit: Edit) -> Span:
    return edit.span


@record
class Mapped:
    """Text that was put together from pieces of another text, and knows where each piece came from.

    `starts` are offsets in `text` where a piece begins, ascending, the first one 0; `sources` are
    the offsets of the same characters in the other text. Lines joined over continuations and a
    shell script inside quotes are Mapped.
    """

    text: str
    starts: tuple[int, ...]
    sources: tuple[int, ...]

    @classmethod
    def plain(cls, text: str, source: int) -> Mapped:
        """A single piece at `source`."""
        return cls(text, (0,), (source,))

    def offset(self, at: int) -> int:
        """The place in the source of the character at `at`.

        The end of the text is the end of its last character.
        """
        if len(self.starts) == 1:
            return self.sources[0] + at
        piece = bisect_right(self.starts, at) - 1
        if at == len(self.text) and at > 0 and self.starts[piece] == at:
            piece -= 1
        return self.sources[piece] + at - self.starts[piece]

    def span(self, start: int, end: int) -> Span:
        """The characters `text[start:end]` in the source.

        It includes what was left out between its pieces.

        Without characters it is the place right after the character before.
        """
        if end <= start:
            at = self.offset(start - 1) + 1 if start > 0 else self.offset(0)
            return Span(at, at)
        if len(self.starts) == 1:
            return new(Span, (self.sources[0] + start, self.sources[0] + end))
        return new(Span, (self.offset(start), self.offset(end - 1) + 1))

    def slice(self, start: int, end: int) -> Mapped:
        """`text[start:end]`, mapped to the same source."""
        text = self.text[start:end]
        if len(self.starts) == 1:
            return Mapped(text, (0,), (self.sources[0] + start,))

        # The piece that it begins in, and the pieces after that
        first = bisect_right(self.starts, start) - 1
        rest = first + 1
        last_character = max(start, end - 1)
        after = max(bisect_right(self.starts, last_character), rest)
        starts = [at - start for at in self.starts[rest:after]]
        source = self.sources[first] + start - self.starts[first]
        sources = self.sources[rest:after]
        return Mapped(text, (0, *starts), (source, *sources))
