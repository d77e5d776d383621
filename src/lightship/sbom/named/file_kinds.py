"""Which files name packages, and what reads each: the same files whatever the source is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.image.databases.package_lists import MOST_PATH, StatedPackage
from lightship.image.owners import is_database
from lightship.image.scan import FilePart, Look, SearchedFile, Wanted
from lightship.sbom.named import debian_copyright as copyrights
from lightship.sbom.named.debian_copyright import debian_copyright
from lightship.sbom.named.python_metadata import python_metadata

Reader = Callable[[bytes, int, FilePart], Iterator[StatedPackage]]

_MOST_NAMED = 20_000  # packages of a file
_LONGEST = 4096  # characters of a name or version
_TEXT = 16 << 20  # bytes of a text that is read
_METADATA = (b".dist-info/METADATA", b".egg-info/PKG-INFO", b".egg-info")


def reader_of(path: bytes, size: int) -> Reader | None:
    """What reads a file; None for one that names no package."""
    if not 0 < size <= _TEXT or len(path) > MOST_PATH:
        return None
    if path.endswith(_METADATA):
        return python_metadata
    if path.endswith(copyrights.END) and path.startswith(copyrights.START):
        return debian_copyright
    return None


def named_packages(path: bytes, size: int, part: FilePart) -> tuple[StatedPackage, ...]:
    """The packages that a file names; none where it cannot be read."""
    reader = reader_of(path, size)
    found: list[StatedPackage] = []
    for package in reader(path, size, part) if reader else ():
        if max(len(package.name), len(package.version)) <= _LONGEST:
            found.append(package)
        if len(found) == _MOST_NAMED:
            break
    return tuple(found)


def _choose(path: bytes, size: int) -> Look:
    if is_database(path, size):
        return Look.KEEP
    return Look.EXTRACT if reader_of(path, size) else Look.PASS


def _find(_path: bytes, _data: bytes) -> SearchedFile | None:
    return None


WANTED = Wanted(_choose, _find, extract=named_packages)
"""Databases of packages, and all that names some; secrets are not looked for."""
