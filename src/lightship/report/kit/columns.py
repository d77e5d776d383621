"""Rows of several columns, whose texts are wrapped where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from lightship.record import record
from lightship.report.kit.paint import Coloured, paint
from lightship.wording.printable import escaped, shortened

_LONGEST = 400  # characters of a text
_MOST = 4  # rows of one
_NARROW = 8  # columns that a text is laid out in at least


@record
class Cell:
    """A text of others, the columns that it has, and how it looks.

    Further rows of it stand `hang` columns in.
    """

    text: str
    width: int
    colour: str = ""
    hang: int = 0


def rows(cells: Sequence[Cell], view: Coloured) -> Iterator[str]:
    """One row, or as many as the longest text takes; two spaces between columns."""
    columns = [_column(cell, view) for cell in cells]
    height = max(map(len, columns), default=0)
    for column, cell in zip(columns, cells, strict=True):
        blank = " " * cell.width
        column.extend([blank] * (height - len(column)))

    for parts in zip(*columns, strict=True):
        yield "  ".join(parts).rstrip()


def _column(cell: Cell, view: Coloured) -> list[str]:
    """The rows of a cell, each as wide as it."""
    rows_of_text = wrap(
        shortened(escaped(cell.text), _LONGEST),
        max(cell.width, _NARROW),
        subsequent_indent=" " * cell.hang,
        max_lines=_MOST,
        placeholder=" …",
        break_on_hyphens=False,
    )
    return [_aligned(row, cell, view) for row in rows_of_text or [""]]


def _aligned(text: str, cell: Cell, view: Coloured) -> str:
    space = " " * (cell.width - len(text))
    return f"{paint(text, cell.colour, view)}{space}"
