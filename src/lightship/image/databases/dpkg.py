"""Debian's dpkg: `status` has the packages by stanzas, `info/NAME.list` or
`info/NAME:ARCH.list` the paths of each.

Images without dpkg (distroless) have one stanza a file in `status.d`, and the files with their
sums in `NAME.md5sums`. Sources: dpkg(1), deb-md5sums(5), deb822(5), dpkg-query(1) on
`source:Package`. Diversions are not followed: a diverted file goes to who has its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from lightship.image.databases.package_lists import (
    Kept,
    KeptFiles,
    Listed,
    PackageFacts,
    text,
    unhex,
)

STATUS = b"var/lib/dpkg/status"
STATUS_D = b"var/lib/dpkg/status.d/"
INFO = b"var/lib/dpkg/info/"
LIST, SUMS = b".list", b".md5sums"
_NEEDS = (b"Pre-Depends", b"Depends")
_FIELDS = frozenset(
    (
        b"Package",
        b"Version",
        b"Architecture",
        b"Status",
        b"Source",
        b"Provides",
        *_NEEDS,
    )
)

Stanza = dict[bytes, bytes]


def packages(kept: KeptFiles) -> Iterator[Listed]:
    """All debs. Where two of one name are there for several architectures, the later one is
    `NAME:ARCH`.
    """
    lists = {
        path[len(INFO) : -len(LIST)]: file
        for path, file in kept.items()
        if path.startswith(INFO) and path.endswith(LIST)
    }
    seen: set[bytes] = set()
    for database, stanza in _stanzas(kept):
        name = stanza[b"Package"]
        architecture = stanza.get(b"Architecture", b"")
        full = name + b":" + architecture
        file = lists.pop(full, None) or lists.pop(name, None)
        shown = full if name in seen else name
        seen.add(name)
        paths = _sums(kept, database) if file is None else _lines(file.data)
        yield Listed(
            "deb",
            text(shown),
            text(stanza.get(b"Version", b"")),
            file or database,
            paths,
            facts=_facts(stanza),
        )
    for name, file in lists.items():  # those that no stanza speaks of
        yield Listed("deb", text(name.partition(b":")[0]), "", file, _lines(file.data))


def _facts(stanza: Stanza) -> PackageFacts:
    """`Source: glibc (2.41-12)`; without the field, or its version, both have the deb's."""
    source, _, version = text(stanza.get(b"Source", b"")).partition(" (")
    needs = filter(None, (stanza.get(field) for field in _NEEDS))
    return PackageFacts(
        text(stanza.get(b"Architecture", b"")),
        source or text(stanza[b"Package"]),
        version.rstrip(")") or text(stanza.get(b"Version", b"")),
        needs=text(b", ".join(needs)),
        provides=text(stanza.get(b"Provides", b"")),
    )


def _stanzas(kept: KeptFiles) -> Iterator[tuple[Kept, Stanza]]:
    """All stanzas of packages, those of `status.d` last."""
    if STATUS in kept:
        for stanza in _read(kept[STATUS].data):
            yield kept[STATUS], stanza
    for path, file in kept.items():
        if path.startswith(STATUS_D) and not path.endswith(SUMS):
            for stanza in _read(file.data):
                yield file, stanza


def _read(data: bytes) -> Iterator[Stanza]:
    stanza: Stanza = {}
    for line in BytesIO(data):
        if line == b"\n":
            if _is_there(stanza):
                yield stanza
            stanza = {}
            continue
        key, _, value = line.partition(b":")
        if key in _FIELDS:
            stanza[key] = value.strip()
    if _is_there(stanza):
        yield stanza


def _is_there(stanza: Stanza) -> bool:
    """Of a removed package its conffiles may be left, and are its own.

    Of a purged one nothing is.
    """
    return bool(stanza.get(b"Package")) and not stanza.get(b"Status", b"").endswith(
        b" not-installed"
    )


def sums(path: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Path and MD5 of each file that a database tells the sum of.

    `status` tells those of conffiles as they were installed.
    """
    if path.endswith(SUMS):
        for line in BytesIO(data):
            sum_, _, name = line.rstrip(b"\n").partition(b"  ")
            yield name, unhex(sum_)
    elif path == STATUS:
        for line in BytesIO(data):
            if line.startswith(b" /"):
                name, sum_, *_ = (*line.split(), b"")
                yield name, unhex(sum_)


def _lines(data: bytes) -> Iterator[bytes]:
    return (line.rstrip(b"\n") for line in BytesIO(data))


def _sums(kept: KeptFiles, database: Kept) -> Iterator[bytes]:
    """The paths of `status.d/NAME.md5sums`: a sum, two blanks, the path."""
    if not database.path.startswith(STATUS_D):
        return
    sums = kept.get(database.path + SUMS)
    if not sums:
        return
    for line in BytesIO(sums.data):
        _, _, path = line.rstrip(b"\n").partition(b"  ")
        yield path
