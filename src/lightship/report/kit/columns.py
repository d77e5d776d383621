"""Rows of several columns, whose texts are wrapped where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from lightship.record import record
from lightship.report.kit.paint import Coloured, paint
from lightship.wording.printable import escaped, shortened

_LONGEST = 400  # characters of a text
_MOST = 4  # rows of one


@record
class Cell:
    """A text of others, the columns that it has, and how it looks; further rows of it stand `hang` columns in."""

    text: str
    width: int
    colour: str = ""
    hang: int = 0


def rows(cells: Sequence[Cell], view: Coloured) -> Iterator[str]:
    """One row, or as many as the longest text takes; two spaces between columns."""
    for parts in zip_longest(*(_wrapped(cell) for cell in cells), fillvalue=""):
        yield "  ".join(
            _aligned(part, cell, view) for part, cell in zip(parts, cells, strict=True)
        ).rstrip()


def _wrapped(cell: Cell) -> list[str]:
    text = shortened(escaped(cell.text), _LONGEST)
    hang = " " * cell.hang
    room = max(cell.width, 8)
    return wrap(
        text,
        room,
        subsequent_indent=hang,
        max_lines=_MOST,
        placeholder=" …",
        break_on_hyphens=False,
    ) or [""]


def _aligned(text: str, cell: Cell, view: Coloured) -> str:
    return (paint(text, cell.colour, view) if cell.colour else text) + " " * (
        cell.width - len(text)
    )
