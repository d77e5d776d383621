"""From an inspected image to its bill of materials."""

from __future__ import annotations

from collections.abc import Collection

from lightship.image.owners import InstalledPackage
from lightship.inspection.inspection import NOT_SEARCHED, Inspection
from lightship.sbom.bill import Bill, Component
from lightship.sbom.purl import PackageName, purl


def image_bill(inspection: Inspection) -> Bill:
    """What is in the final image; what a later layer removed is not."""
    owners = inspection.owners
    known = {(package.name, package.version) for package in owners.packages}
    components = [
        _component(inspection, package, paths, known)
        for package, paths in zip(owners.packages, owners.databases, strict=True)
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
) -> Component:
    named = _named(package, known)
    return Component(
        package.manager,
        named.name,
        package.version,
        purl(package.manager, named, inspection.distribution),
        package.layer,
        inspection.blame[package.layer],
        tuple(sorted(set(paths))),
    )


def _named(
    package: InstalledPackage, known: Collection[tuple[str, str]]
) -> PackageName:
    """The name without the architecture that a second package of the name has after it."""
    if package.manager == "deb":
        name, _, architecture = package.name.partition(":")
        return PackageName(name, package.version, architecture)
    name, dot, architecture = package.name.rpartition(".")
    if package.manager == "rpm" and dot and (name, package.version) in known:
        return PackageName(name, package.version, architecture)
    return PackageName(package.name, package.version)


def _order(component: Component) -> tuple[str, str, str, str]:
    return component.manager, component.name, component.version, component.purl
