"""From an inspected image to its bill of materials."""

from __future__ import annotations

from collections.abc import Collection

from lightship.inspection.inspection import NOT_SEARCHED, Inspection
from lightship.sbom.attested import attested
from lightship.sbom.bill import Bill, Component
from lightship.sbom.bill_rows import BillRow, BillRows
from lightship.sbom.licences import licences
from lightship.sbom.purl import PackageName, purl
from lightship.sbom.relations import relations


def image_bill(inspection: Inspection) -> Bill:
    """What is in the final image; what a later layer removed is not.

    An image that was read as `file_kinds.WANTED` says has also what only files name.
    """
    rows = BillRows(inspection).rows
    known = {(row.name, row.version) for row in rows if row.manager == "rpm"}
    components = [_component(inspection, row, known) for row in rows]
    components.sort(key=_order)
    notes = [note for note in inspection.notes if note != NOT_SEARCHED]
    image = inspection.contents.image
    purls = [component.purl for component in components]
    return Bill(
        image,
        tuple(components),
        (*notes, *inspection.owners.notes),
        needs=relations(components),
        attested=attested(image.attestations, purls),
    )


def _component(
    inspection: Inspection, row: BillRow, known: Collection[tuple[str, str]]
) -> Component:
    named = _package_name(row, known)
    return Component(
        row.manager,
        named.name,
        row.version,
        purl(row.manager, named, inspection.distribution),
        row.layer,
        inspection.blame[row.layer],
        tuple(sorted(row.paths)),
        row.facts,
        licences(row.facts.licences),
    )


def _package_name(row: BillRow, known: Collection[tuple[str, str]]) -> PackageName:
    """The name without the architecture that a second package of the name has after it."""
    name = row.name
    architecture = row.facts.architecture
    if row.manager == "deb":
        name, _, _ = name.partition(":")
    elif row.manager == "rpm":
        shorter = name.removesuffix(f".{architecture}")
        name = shorter if (shorter, row.version) in known else name
    return PackageName(name, row.version, architecture)


def _order(component: Component) -> tuple[str, str, str, str]:
    return component.manager, component.name, component.version, component.purl
