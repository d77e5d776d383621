"""The packages of an image while they are gathered: what databases list, and what files name.

A file beside a database of a package (`METADATA` beside `RECORD`) speaks of that package. What
a deb, apk or rpm brought is that one's own and has no row. All else that names a package has one,
a copy that another package brought along inside it too.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.databases.package_lists import (
    NO_FACTS,
    PackageFacts,
    StatedPackage,
    parent,
)
from lightship.image.databases.real_directories import Directories
from lightship.image.stack import NEVER
from lightship.inspection.inspection import Inspection
from lightship.record import record
from lightship.sbom.purl import DISTRIBUTIONS

_DOCUMENTS = "usr/share/doc/%s/copyright"


@record(eq=False, frozen=False)
class BillRow:
    """A package, as Component has it."""

    manager: str
    name: str
    version: str
    layer: int
    paths: set[bytes]
    facts: PackageFacts = NO_FACTS


class BillRows:
    """`rows` are those of the databases, in their order, and then those that only files name."""

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        self.rows = list(_installed(inspection))
        self._by_name: dict[tuple[str, str, str], BillRow] = {}
        self._by_folder: dict[tuple[str, bytes], BillRow] = {}
        for row in self.rows:
            self._note(row)
        copyrights: dict[bytes, PackageFacts] = {}
        for path, layer, index, package in _named(inspection):
            if package.manager == "deb":
                copyrights[path] = package.facts
            else:
                self._add(path, layer, index, package)
        if copyrights:
            self._add_copyrights(copyrights)

    def _note(self, row: BillRow) -> None:
        """Let a row of a database be found, by its folders too where it is not a distribution's."""
        key = row.manager, row.name, row.version
        self._by_name[key] = row
        if row.manager in DISTRIBUTIONS:
            return
        for path in row.paths:
            folder = row.manager, parent(path)
            self._by_folder[folder] = row

    def _add(self, path: bytes, layer: int, index: int, package: StatedPackage) -> None:
        folder = package.manager, parent(path)
        own = self._by_folder.get(folder)
        if own is not None:
            own.facts = _filled(own.facts, package.facts)
            return
        number = self.inspection.package(layer, index)
        if number is not None and self.rows[number].manager in DISTRIBUTIONS:
            return
        key = package.manager, package.name, package.version
        row = self._by_name.get(key)
        if row is None:
            row = self._by_name[key] = BillRow(*key, layer, set())
            self.rows.append(row)
        row.paths.add(path)
        row.facts = _filled(row.facts, package.facts)

    def _add_copyrights(self, known: dict[bytes, PackageFacts]) -> None:
        """The licences of debs, whose folder of documents may be a link to that of another."""
        debs = [row for row in self.rows if row.manager == "deb"]
        if not debs:
            return
        links = Directories(self.inspection.contents.stack)
        for row in debs:
            name, _, _ = row.name.partition(":")
            path = _DOCUMENTS % name
            real = links.file(path.encode("utf-8", "replace"))
            more = known.get(real, NO_FACTS)
            row.facts = _filled(row.facts, more)


def _installed(inspection: Inspection) -> Iterator[BillRow]:
    owners = inspection.owners
    rows = zip(owners.packages, owners.databases, owners.facts, strict=True)
    for package, paths, facts in rows:
        yield BillRow(
            package.manager,
            package.name,
            package.version,
            package.layer,
            set(paths),
            facts,
        )


def _named(
    inspection: Inspection,
) -> Iterator[tuple[bytes, int, int, StatedPackage]]:
    """What files of the final image name: path, layer, index, package."""
    stack = inspection.contents.stack
    layers = zip(stack.scans, stack.gone, strict=True)
    for layer, (scan, gone) in enumerate(layers):
        if scan is None:
            continue
        for index, packages in sorted(scan.named.items()):
            if gone[index] != NEVER:
                continue
            path = scan.paths[index]
            for package in packages:
                yield path, layer, index, package


def _filled(facts: PackageFacts, more: PackageFacts) -> PackageFacts:
    """What is said first, and where that is nothing what is said then."""
    return PackageFacts(
        facts.architecture or more.architecture,
        facts.source or more.source,
        facts.source_version or more.source_version,
        facts.licences or more.licences,
        facts.needs or more.needs,
        facts.provides or more.provides,
    )
