"""A bill of materials as markdown, for a comment or a job summary: what the base did not bring, and
folded what it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.inspection import phrases
from lightship.report.kit import markdown
from lightship.report.sbom.bill_phrases import attestation, files, total
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import NO_LAYER, Bill, Component

_HEAD = ("package", "version", "type", "from", "licence")
_IN_TABLE = 200  # rows: a table that is left out of a comment is left out whole
_LONGEST = 200  # characters of a name or version


def write_bill(bill: Bill, _view: BillView) -> Iterator[str]:
    """How many, then the packages; as many as a comment may have."""
    yield from markdown.within(_parts(bill))


def _parts(bill: Bill) -> Iterator[str]:
    yield f"**{markdown.text(total(bill))}**\n\n"
    own = [each for each in bill.components if not each.blame.is_base]
    base = [each for each in bill.components if each.blame.is_base]
    yield from _tables(own)
    for table in _tables(base):
        yield "".join(markdown.folded("From the base image", (table,)))
    yield from markdown.notes([*map(attestation, bill.attested), *bill.notes])


def _tables(components: Sequence[Component]) -> Iterator[str]:
    for start in range(0, len(components), _IN_TABLE):
        rows = map(_cells, components[start : start + _IN_TABLE])
        yield "".join(markdown.table(_HEAD, rows))


def _cells(component: Component) -> tuple[str, ...]:
    licences = ", ".join(each.text for each in component.licences[:3])
    version = component.version[:_LONGEST]
    return (
        markdown.code(component.name[:_LONGEST]),
        markdown.code(version) if version else "",
        component.manager,
        markdown.text(_place(component)),
        markdown.text(licences),
    )


def _place(component: Component) -> str:
    """The line, or else the layer; in a directory the file."""
    if component.layer == NO_LAYER:
        return files(component)
    return phrases.line(component.blame) or f"layer {component.layer + 1}"
