"""Which files name packages, and what reads each: the same files whatever the source is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lightship.image.databases.package_lists import MOST_PATH, StatedPackage
from lightship.image.owners import is_database
from lightship.image.scan import FilePart, Look, SearchedFile, Wanted
from lightship.sbom.named import debian_copyright as copyrights
from lightship.sbom.named import java_archive as jars
from lightship.sbom.named import json_lists, ruby_gemspec
from lightship.sbom.named.binaries import binary_packages
from lightship.sbom.named.debian_copyright import debian_copyright
from lightship.sbom.named.python_metadata import python_metadata

Reader = Callable[[bytes, int, FilePart], Iterator[StatedPackage]]

_MOST_NAMED = 20_000  # packages of a file
_LONGEST = 4096  # characters of a name or version
_TEXT = 16 << 20  # bytes of a text that is read
_ARCHIVE = 256 << 20  # bytes of a program or a jar
_LEAST_PROGRAM = 100_000  # a program of Go or Rust has more
_METADATA = (b".dist-info/METADATA", b".egg-info/PKG-INFO", b".egg-info")
_NAMELESS = (None, debian_copyright)
_PROGRAM_ENDS = (b"exe", b"so", b"bin")


def reader_of(path: bytes, size: int) -> Reader | None:
    """What reads a file; None for one that names no package."""
    if not 0 < size <= _ARCHIVE or len(path) > MOST_PATH:
        return None
    if size <= _TEXT:
        found = _of_text(path)
        if found is not None:
            return found
    if path.endswith(jars.ENDS):
        return jars.java_archive
    return binary_packages if _may_be_program(path, size) else None


def _of_text(path: bytes) -> Reader | None:
    if path.endswith(_METADATA):
        return python_metadata
    if path.endswith(copyrights.END) and path.startswith(copyrights.START):
        return debian_copyright
    if path.endswith(ruby_gemspec.END) and ruby_gemspec.FOLDER in path:
        return ruby_gemspec.ruby_gemspec
    return _of_json(path) if path.endswith(b".json") else None


def _of_json(path: bytes) -> Reader | None:
    if path.endswith(json_lists.COMPOSER):
        return json_lists.composer_installed
    if path.endswith(json_lists.DOTNET):
        return json_lists.dotnet_libraries
    folder = path.rpartition(b"/")[0] + b"/"
    if folder.endswith(json_lists.CONDA):
        return json_lists.conda_package
    return None


def _may_be_program(path: bytes, size: int) -> bool:
    """Whether a name is that of a program: without an end, or with one that is not a word
    (`kubectl-1.31`).
    """
    if size < _LEAST_PROGRAM:
        return False
    name = path.rpartition(b"/")[2]
    _, dot, end = name.rpartition(b".")
    if not dot or end in _PROGRAM_ENDS:
        return True
    return not end.isalpha() and b".so." not in name


def named_packages(path: bytes, size: int, part: FilePart) -> tuple[StatedPackage, ...]:
    """The packages that a file names; none where it cannot be read."""
    reader = reader_of(path, size)
    if reader is None:
        return ()
    found: list[StatedPackage] = []
    for package in reader(path, size, part):
        longest = max(len(package.name), len(package.version))
        if longest <= _LONGEST:
            found.append(package)
        if len(found) == _MOST_NAMED:
            break
    return tuple(found)


def _choose(path: bytes, size: int) -> Look:
    if is_database(path, size):
        return Look.KEEP
    if reader_of(path, size):
        return Look.EXTRACT
    return Look.PASS


def _find(_path: bytes, _data: bytes) -> SearchedFile | None:
    return None


WANTED = Wanted(_choose, _find, extract=named_packages)
"""Databases of packages, and all that names some; secrets are not looked for."""


def with_packages(wanted: Wanted) -> Wanted:
    """What is wanted, and all that names packages; what only says licences is left."""

    def choose(path: bytes, size: int) -> Look:
        look = wanted.choose(path, size)
        if look is Look.KEEP or reader_of(path, size) in _NAMELESS:
            return look
        return Look.BOTH if look is Look.SEARCH else Look.EXTRACT

    return replace(wanted, choose=choose, extract=named_packages)
