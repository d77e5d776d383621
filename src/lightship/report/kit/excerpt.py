"""A source line with a place in it underlined, fit for a terminal."""

from __future__ import annotations

from lightship.text import Lines, Span
from lightship.wording.printable import printable

TAB = "    "
WIDTH = 110


def excerpt(lines: Lines, span: Span) -> tuple[str, str]:
    """The line where `span` starts, cut to the screen, and the carets below it."""
    row = lines.span(lines.line(span.start))
    start, end = _window(row, span.start)
    first = min(max(span.start, start), end)
    last = min(max(span.end, first), end)

    before = _shown(lines.text[start:first])
    marked = _shown(lines.text[first:last])
    after = _shown(lines.text[last:end])
    lead = "..." if start > row.start else ""
    tail = "..." if end < row.end else ""
    source = f"{lead}{before}{marked}{after}{tail}"

    space = " " * _width(lead + before)
    carets = "^" * max(_width(marked), 1)
    return source, f"{space}{carets}"


def _window(row: Span, at: int) -> Span:
    """As much of a line as fits, with the place not too far to the right."""
    if row.end - row.start <= WIDTH:
        return row
    wanted = at - WIDTH // 3
    latest = row.end - WIDTH
    start = max(row.start, min(wanted, latest))
    end = min(start + WIDTH, row.end)
    return Span(start, end)


def _shown(text: str) -> str:
    return printable(text.replace("\t", TAB))


def _width(text: str) -> int:
    """The columns that a terminal gives to `text`."""
    if text.isascii():
        return len(text)
    # A megabyte, only for text beyond ASCII
    from unicodedata import combining, east_asian_width  # noqa: PLC0415

    width = 0
    for char in text:
        if combining(char):
            continue
        is_wide = east_asian_width(char) in "WF"
        width += 2 if is_wide else 1
    return width
