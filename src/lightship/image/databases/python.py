"""Python distributions: `NAME-VERSION.dist-info/RECORD` lists files, once
`NAME-VERSION.egg-info/installed-files.txt`.

Paths are relative to the directory that holds the dist-info (PyPA, "Recording installed
projects"), those of the older file to the egg-info itself. An editable install owns what it
brought, which is not the source. Names are normalised as PyPI's are (PyPA, "Package name
normalization").
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from lightship.image.databases.package_lists import KeptFiles, Listed, parent, text
from lightship.regex import regex

RECORD, INSTALLED_FILES = b".dist-info/RECORD", b".egg-info/installed-files.txt"
_SEPARATORS = regex(r"[-_.]+")


def packages(kept: KeptFiles) -> Iterator[Listed]:
    """All distributions, those in the outer directories first: what one brings along inside
    it is its own.
    """
    found = (
        file for path, file in kept.items() if path.endswith((RECORD, INSTALLED_FILES))
    )
    for file in sorted(found, key=lambda file: (file.path.count(b"/"), file.path)):
        directory = parent(file.path)
        stem = text(directory.rpartition(b"/")[2].rpartition(b".")[0])
        if file.path.endswith(RECORD):
            name, dash, version = stem.rpartition("-")
            base, lines = parent(directory), _record(file.data)
        else:
            name, dash, version = stem.partition("-")
            # Behind it may stand the Python and the platform
            version = version.partition("-")[0]
            base, lines = directory, _lines(file.data)
        if not dash:
            name, version = stem, ""
        yield Listed("python", normal(name), version, file, _joined(base, lines))


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


def _joined(base: bytes, paths: Iterator[bytes]) -> Iterator[bytes]:
    return (
        path if path[:1] == b"/" or not base else base + b"/" + path for path in paths
    )


def _lines(data: bytes) -> Iterator[bytes]:
    return (line.rstrip(b"\r\n") for line in BytesIO(data))


def _record(data: bytes) -> Iterator[bytes]:
    """The first field of each row of CSV; in quotes where it holds a comma or a quote."""
    for line in BytesIO(data):
        if line[:1] != b'"':
            yield line.partition(b",")[0].rstrip(b"\r\n")
        else:
            yield line[1:].replace(b'""', b"\0").partition(b'"')[0].replace(b"\0", b'"')
