"""Alpine's apk: `lib/apk/db/installed` has all packages by stanzas of one-letter fields, with
the paths of each.

`P:` name, `V:` version, `A:` architecture, `L:` licence, `D:` what it needs, `p:` what it provides,
`o:` the package whose build made it, in the same version; `F:` a directory, `R:` a file in it.
Source: apk-tools, src/database.c (apk_db_fdb_read).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO

from lightship.image.databases.package_lists import (
    MOST_PATH,
    Kept,
    KeptFiles,
    Listed,
    PackageFacts,
    text,
    unbase64,
)

INSTALLED = (b"lib/apk/db/installed", b"usr/lib/apk/db/installed")
_FIELDS = frozenset((b"P:", b"V:", b"A:", b"o:", b"L:", b"D:", b"p:"))


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
        head = _head(stanza)
        name = head.get(b"P:", "")
        version = head.get(b"V:", "")
        if name:
            paths = _paths(stanza)
            yield Listed("apk", name, version, file, paths, facts=_facts(head))


def _head(stanza: bytes) -> dict[bytes, str]:
    """The fields that count, which stand before the first directory."""
    head = {}
    for line in BytesIO(stanza):
        key = line[:2]
        if key in _FIELDS:
            head[key] = text(line[2:].strip())
        elif key == b"F:":
            break
    return head


def _facts(head: Mapping[bytes, str]) -> PackageFacts:
    """What `apk add --virtual` made has no origin."""
    source = head.get(b"o:", "")
    version = head.get(b"V:", "") if source else ""
    licences = tuple(filter(None, [head.get(b"L:", "")]))
    needs, provides = head.get(b"D:", ""), head.get(b"p:", "")
    return PackageFacts(head.get(b"A:", ""), source, version, licences, needs, provides)


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
