"""A bill of materials as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.inspection import phrases
from lightship.report.sbom.bill_phrases import attestation, files, total
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import Bill, Component
from lightship.wording.printable import escaped, shortened

_LONGEST = 60  # characters of a cell
_HEAD_OF_DIRECTORY = ("name", "version", "type", "file")
_HEAD = ("name", "version", "type", "layer", "line", "from")


def write_bill(bill: Bill, _view: BillView) -> Iterator[str]:
    """One package a row, and how many there are."""
    cells = _of_image(bill) if bill.image else _of_directory(bill)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield f"{_row(row, widths)}\n"
    yield f"\n{total(bill)}\n"
    for said in bill.attested:
        yield f"{attestation(said)}\n"


def _of_image(bill: Bill) -> list[tuple[str, ...]]:
    return [_HEAD, *map(_cells, bill.components)]


def _of_directory(bill: Bill) -> list[tuple[str, ...]]:
    return [_HEAD_OF_DIRECTORY, *map(_cells_of_directory, bill.components)]


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


def _cells_of_directory(component: Component) -> tuple[str, ...]:
    return (
        _cell(component.name),
        _cell(component.version),
        component.manager,
        files(component),
    )


def _cell(text: str) -> str:
    return shortened(escaped(text), _LONGEST)
