"""Rows of text: wrapped text of others, notes, what fits in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from lightship.report.kit.paint import BOLD, DIM, paint
from lightship.report.kit.view import Screen
from lightship.wording.printable import escaped, shortened

_NARROW = 30  # columns that text is laid out in at least
_LONGEST = 1200  # characters of a text
_MOST = 4  # rows of one


def wrapped(
    text: str, indent: int, view: Screen, code: str = "", first: str = ""
) -> Iterator[str]:
    """Text of others in rows that fit, behind `indent` columns; `first` stands in them on the first row."""
    room = max(view.width - indent, _NARROW)
    rows = wrap(
        shortened(escaped(text), _LONGEST),
        room,
        max_lines=_MOST,
        placeholder=" …",
        break_on_hyphens=False,
    )
    for at, row in enumerate(rows):
        head = f"{'' if at else first:<{indent}}"
        yield f"{paint(head, BOLD, view) if first.isupper() else head}{paint(row, code, view) if code else row}"


def notes(texts: Iterable[str], view: Screen) -> Iterator[str]:
    """What cannot be known, or was taken as it is; a blank row behind them."""
    rows = [row for text in texts for row in wrapped(text, 6, view, DIM, "note")]
    if rows:
        yield "\n".join(rows) + "\n\n"
