"""From an inspected image to its bill of materials."""

from __future__ import annotations

from collections.abc import Collection

from lightship.image.databases.package_lists import PackageFacts
from lightship.image.owners import InstalledPackage
from lightship.inspection.inspection import NOT_SEARCHED, Inspection
from lightship.sbom.bill import Bill, Component
from lightship.sbom.purl import PackageName, purl


def image_bill(inspection: Inspection) -> Bill:
    """What is in the final image; what a later layer removed is not."""
    owners = inspection.owners
    known = {(package.name, package.version) for package in owners.packages}
    components = [
        _component(inspection, package, paths, known, facts)
        for package, paths, facts in zip(
            owners.packages, owners.databases, owners.facts, strict=True
        )
    ]
    notes = [note for note in inspection.notes if note != NOT_SEARCHED]
    return Bill(
        inspection.contents.image,
        tuple(sorted(components, key=_order)),
        (*notes, *owners.notes),
    )


def _component(
    inspection: Inspection,
    package: InstalledPackage,
    paths: tuple[bytes, ...],
    known: Collection[tuple[str, str]],
    facts: PackageFacts,
) -> Component:
    named = _named(package, known, facts.architecture)
    return Component(
        package.manager,
        named.name,
        package.version,
        purl(package.manager, named, inspection.distribution),
        package.layer,
        inspection.blame[package.layer],
        tuple(sorted(set(paths))),
        facts,
    )


def _named(
    package: InstalledPackage, known: Collection[tuple[str, str]], architecture: str
) -> PackageName:
    """The name without the architecture that a second package of the name has after it."""
    name = package.name
    if package.manager == "deb":
        name, _, _ = name.partition(":")
    elif package.manager == "rpm":
        shorter = name.removesuffix(f".{architecture}")
        name = shorter if (shorter, package.version) in known else name
    return PackageName(name, package.version, architecture)


def _order(component: Component) -> tuple[str, str, str, str]:
    return component.manager, component.name, component.version, component.purl
