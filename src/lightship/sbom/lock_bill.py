"""From lock files to a bill of materials: what would be in an image, before any build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.image.databases.package_lists import StatedPackage
from lightship.record import record
from lightship.sbom.bill import NO_BLAME, NO_LAYER, Bill, Component
from lightship.sbom.licences import licences
from lightship.sbom.locks.lock_error import LockError
from lightship.sbom.locks.lock_kinds import locked_packages
from lightship.sbom.locks.python_locks import is_requirements, open_count
from lightship.sbom.purl import PackageName, purl
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_Key = tuple[str, str, str]


@record
class LockFile:
    """A lock file of a directory: its path from there, and its content."""

    path: bytes
    text: str


@record(eq=False, frozen=False)
class _LockedRow:
    package: StatedPackage
    paths: set[bytes]


def lock_bill(directory: str, files: Iterable[LockFile], notes: list[str]) -> Bill:
    """All packages that the lock files name, each version once.

    `notes` are of who reads the files, which may be while this goes through them.
    """
    rows: dict[_Key, _LockedRow] = {}
    for file in files:
        path = escaped(file.path)
        try:
            for package in locked_packages(path, file.text):
                _add(rows, package, file.path)
        except LockError as error:
            notes.append(f"{path}: {error}; its packages are not known")
        notes += _open_requirements(path, file.text)
    components = tuple(_component(rows[key]) for key in sorted(rows))
    return Bill(None, components, tuple(notes), directory)


def _add(rows: dict[_Key, _LockedRow], package: StatedPackage, path: bytes) -> None:
    """A second file may say the licence that the first one does not."""
    key = package.manager, package.name, package.version
    row = rows.setdefault(key, _LockedRow(package, set()))
    row.paths.add(path)
    if not row.package.facts.licences:
        row.package = package


def _component(row: _LockedRow) -> Component:
    package = row.package
    manager, name, version = package.manager, package.name, package.version
    return Component(
        manager,
        name,
        version,
        purl(manager, PackageName(name, version), None),
        NO_LAYER,
        NO_BLAME,
        tuple(sorted(row.paths)),
        package.facts,
        licences(package.facts.licences),
    )


def _open_requirements(path: str, text: str) -> Iterator[str]:
    number = open_count(text) if is_requirements(path) else 0
    if number:
        said = count(number, "requirement")
        yield f"{path}: not listed: {said} without an exact version (==)"
