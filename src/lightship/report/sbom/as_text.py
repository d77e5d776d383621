"""A bill of materials as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.inspection import phrases
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import Bill, Component
from lightship.wording.counts import count
from lightship.wording.printable import escaped, shortened

_LONGEST = 60  # characters of a cell
_HEAD = ("name", "version", "type", "layer", "line", "from")


def write_bill(bill: Bill, _view: BillView) -> Iterator[str]:
    """One package a row, and how many there are."""
    cells = [_HEAD, *map(_cells, bill.components)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield f"{_row(row, widths)}\n"
    in_base = sum(component.blame.is_base for component in bill.components)
    total = count(len(bill.components), "package")
    yield f"\n{total}, {in_base} of them from the base image\n"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _cells(component: Component) -> tuple[str, ...]:
    return (
        _cell(component.name),
        _cell(component.version),
        component.manager,
        str(component.layer + 1),
        _cell(phrases.line(component.blame)),
        "base" if component.blame.is_base else "yours",
    )


def _cell(text: str) -> str:
    return shortened(escaped(text), _LONGEST)
