"""Alpine's apk: `lib/apk/db/installed` has all packages by stanzas of one-letter fields, with
the paths of each.

`P:` name, `V:` version, `F:` a directory, `R:` a file in it. Source: apk-tools, src/database.c
(apk_db_fdb_read).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from lightship.image.databases.package_lists import (
    MOST_PATH,
    Kept,
    KeptFiles,
    Listed,
    text,
    unbase64,
)

INSTALLED = (b"lib/apk/db/installed", b"usr/lib/apk/db/installed")


def packages(kept: KeptFiles) -> Iterator[Listed]:
    """All packages of apk."""
    for path in INSTALLED:
        if path in kept:
            yield from _installed(kept[path])


def _installed(file: Kept) -> Iterator[Listed]:
    data = file.data
    at = 0
    while at < len(data):
        end = data.find(b"\n\n", at)
        end = len(data) if end < 0 else end
        stanza = data[at:end]
        at = end + 2
        name, version = _head(stanza)
        if name:
            yield Listed("apk", text(name), text(version), file, _paths(stanza))


def _head(stanza: bytes) -> tuple[bytes, bytes]:
    """Name and version, which stand before the first directory."""
    name = version = b""
    for line in BytesIO(stanza):
        if line.startswith(b"P:"):
            name = line[2:].strip()
        elif line.startswith(b"V:"):
            version = line[2:].strip()
        elif line.startswith(b"F:"):
            break
    return name, version


def sums(_path: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Path and sum of each file: `Z:Q1` is SHA-1, `Z:Q2` SHA-256, in base64."""
    directory = path = b""
    for line in BytesIO(data):
        if line.startswith(b"F:"):
            directory = line[2:].rstrip(b"\n")
        elif line.startswith(b"R:") and len(directory) <= MOST_PATH:
            path = directory + b"/" + line[2:].rstrip(b"\n")
        elif line.startswith(b"Z:Q"):
            yield path, unbase64(line[4:].strip())


def _paths(stanza: bytes) -> Iterator[bytes]:
    directory = b""
    for line in BytesIO(stanza):
        if line.startswith(b"F:"):
            directory = line[2:].rstrip(b"\n")
        elif line.startswith(b"R:") and len(directory) <= MOST_PATH:
            yield directory + b"/" + line[2:].rstrip(b"\n")
