"""Python distributions: `NAME-VERSION.dist-info/RECORD` lists files, once
`NAME-VERSION.egg-info/installed-files.txt`.

Paths are relative to the directory that holds the dist-info (PyPA, "Recording installed
projects"), those of the older file to the egg-info itself. An editable install owns what it
brought, which is not the source. Names are normalised as PyPI's are (PyPA, "Package name
normalization").
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import BytesIO

from lightship.image.databases.package_lists import (
    Kept,
    KeptFiles,
    Listed,
    parent,
    text,
    unbase64,
)
from lightship.image.tar_names import clean
from lightship.regex import regex

RECORD, INSTALLED_FILES = b".dist-info/RECORD", b".egg-info/installed-files.txt"
_SHA256 = b"sha256="
_MOST_DIGITS = 19  # of a size
_SEPARATORS = regex(r"[-_.]+")


def packages(kept: KeptFiles) -> Iterator[Listed]:
    """All distributions, those in the outer directories first: what one brings along inside
    it is its own.
    """
    suffixes = (RECORD, INSTALLED_FILES)
    lists = [file for path, file in kept.items() if path.endswith(suffixes)]
    for file in sorted(lists, key=_outermost):
        directory = parent(file.path)
        _, _, folder = directory.rpartition(b"/")
        stem = text(folder.rpartition(b".")[0])
        if file.path.endswith(RECORD):
            name, dash, version = stem.rpartition("-")
            base = parent(directory)
            lines = _record(file.data)
        else:
            # The Python and the platform may follow the version
            name, dash, rest = stem.partition("-")
            version = rest.partition("-")[0]
            base = directory
            lines = _lines(file.data)
        if not dash:
            name = stem
            version = ""
        yield Listed("python", normal(name), version, file, _joined(base, lines))


def _outermost(file: Kept) -> tuple[int, bytes]:
    return file.path.count(b"/"), file.path


def normal(name: str) -> str:
    """`Flask_SQLAlchemy` -> `flask-sqlalchemy`."""
    return _SEPARATORS.sub("-", name).lower()


def source_of(path: bytes) -> bytes:
    """`a/__pycache__/b.cpython-311.pyc` -> `a/b.py`; empty for what is not compiled (PEP 3147)."""
    directory, _, name = path.rpartition(b"/")
    if not name.endswith(b".pyc") or directory.rpartition(b"/")[2] != b"__pycache__":
        return b""
    above = directory[: -len(b"__pycache__")]
    return above + name.partition(b".")[0] + b".py"


def sums(path: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Path and SHA-256 of each file that a RECORD tells the sum of."""
    base = _base(path)
    for line in BytesIO(data) if path.endswith(RECORD) else ():
        name, sum_, _ = _row(line)
        if sum_.startswith(_SHA256):
            yield _cleaned(base, name), unbase64(sum_[len(_SHA256) :])


def sizes(path: bytes, data: bytes) -> dict[bytes, int]:
    """The size of each file that a RECORD tells the size of."""
    base = _base(path)
    known: dict[bytes, int] = {}
    for line in BytesIO(data) if path.endswith(RECORD) else ():
        name, _, size = _row(line)
        if size.isdigit() and len(size) < _MOST_DIGITS:
            known[_cleaned(base, name)] = int(size)
    return known


def _base(record: bytes) -> bytes:
    """The directory that the paths of a RECORD start from."""
    return parent(parent(record))


def _row(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Path, sum and size. Only a path may be in quotes, and hold commas."""
    head, _, size = line.rstrip(b"\r\n").rpartition(b",")
    _, _, sum_ = head.rpartition(b",")
    (path,) = _record(line)
    return path, sum_, size


def _cleaned(base: bytes, path: bytes) -> bytes:
    return clean(_join(base + b"/", path))


def _joined(base: bytes, paths: Iterator[bytes]) -> Iterator[bytes]:
    if not base:
        return paths
    return map(partial(_join, base + b"/"), paths)


def _join(start: bytes, path: bytes) -> bytes:
    return path if path[:1] == b"/" else start + path


def _lines(data: bytes) -> Iterator[bytes]:
    return (line.rstrip(b"\r\n") for line in BytesIO(data))


def _record(data: bytes) -> Iterator[bytes]:
    """The first field of each row of CSV; in quotes where it holds a comma or a quote."""
    for line in BytesIO(data):
        if line[:1] != b'"':
            yield line.partition(b",")[0].rstrip(b"\r\n")
            continue
        # A quote in the field is written twice
        field, _, _ = line[1:].replace(b'""', b"\0").partition(b'"')
        yield field.replace(b"\0", b'"')
