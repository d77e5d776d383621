"""Rows of text for a terminal: texts of others in rows that fit, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from lightship.report.kit.paint import BOLD, DIM, paint
from lightship.report.kit.view import Screen
from lightship.wording.printable import escaped, shortened

_NARROW = 30  # columns that text is laid out in at least
_LONGEST = 1200  # characters of a text
_MOST = 4  # rows of one
_NOTE = 6  # columns before a note


def wrapped(
    text: str,
    indent: int,
    view: Screen,
    code: str = "",
    first: str = "",
) -> Iterator[str]:
    """Text of others in rows that fit, after `indent` columns with `first` in the first."""
    rows = wrap(
        shortened(escaped(text), _LONGEST),
        max(view.width - indent, _NARROW),
        max_lines=_MOST,
        placeholder=" …",
        break_on_hyphens=False,
    )
    head = f"{first:<{indent}}"
    if first.isupper():
        head = paint(head, BOLD, view)
    for row in rows:
        yield head + paint(row, code, view)
        head = " " * indent


def notes(texts: Iterable[str], view: Screen) -> Iterator[str]:
    """What cannot be known, or was taken as it is; a blank row after them."""
    rows: list[str] = []
    for text in texts:
        rows += wrapped(text, _NOTE, view, DIM, "note")
    if rows:
        yield "\n".join(rows) + "\n\n"


def cut(text: str, room: int, least: int = 8) -> str:
    """The start of a text in `room` columns, at least `least`."""
    room = max(room, least)
    if len(text) <= room:
        return text
    return f"{text[: room - 1]}…"
