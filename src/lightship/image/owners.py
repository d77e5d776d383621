"""Which package a file belongs to: deb, rpm, apk, Python distributions, npm packages.

The databases of the final image say it, in this order: what the distribution's package manager
lists is its own, a Python distribution that it brought along too; then Python distributions, then
npm packages. Of two that list one path it belongs to the one that comes first in its database.
What a database lists through symbolic links (`/bin/ls` where `bin` leads to `usr/bin`) is where
they lead. A `.pyc` that nobody lists belongs to who owns its source. Directories have no owner. In
lower layers a path belongs to who has it in the final image.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from lightship.errors import ImageError
from lightship.image.databases import apk, dpkg, npm, python, rpm
from lightship.image.databases.owned_paths import NOBODY, Claims
from lightship.image.databases.package_lists import (
    MOST_PATH,
    Kept,
    KeptFiles,
    PackageFacts,
    text,
)
from lightship.image.databases.totals import Totals
from lightship.image.read import Contents
from lightship.image.stack import NEVER, Stack
from lightship.record import record

UNOWNED = NOBODY
_MOST_BYTES = 64 << 20  # of a database
_RELEASES = frozenset(
    (
        b"etc/os-release",
        b"usr/lib/os-release",
        b"etc/alpine-release",
        b"etc/debian_version",
    )
)
_PATHS = frozenset((dpkg.STATUS, *apk.INSTALLED, *rpm.DATABASES, *_RELEASES))
_RPM = frozenset((*rpm.OLD_DATABASES, *rpm.DATABASES))
DATABASE_ENDS = frozenset(
    path[-4:]
    for path in (
        *_PATHS,
        dpkg.LIST,
        dpkg.SUMS,
        python.RECORD,
        python.INSTALLED_FILES,
        npm.PACKAGE_JSON,
    )
)  # half a million paths are asked for, and few end so


@record
class InstalledPackage:
    """A package as its database names it. `manager` is deb, rpm, apk, python or npm.

    `size` is in bytes: the content of its files in the final image, hard links counting once;
    `files` counts them. `layer` is the one that brought most of its bytes, `wasted` the bytes of
    its files in layers that are waste. What is there several times under one name and version is
    one package.
    """

    manager: str
    name: str
    version: str
    size: int = 0
    files: int = 0
    layer: int = 0
    wasted: int = 0


@record(eq=False)
class Owners:
    """`owner[layer][index]` is the place of an entry's package in `packages`, or UNOWNED.

    `unowned` is in bytes of the final image. `databases` are for each package the paths of the
    files that name it, `facts` what the first of those says. `notes` name databases that could not
    be read.
    """

    packages: tuple[InstalledPackage, ...]
    owner: tuple[array[int], ...]
    unowned: int
    databases: tuple[tuple[bytes, ...], ...] = ()
    notes: tuple[str, ...] = ()
    facts: tuple[PackageFacts, ...] = ()


def is_database(path: bytes, size: int) -> bool:
    """Whether the content of a file says which packages there are, which of them only development
    needs, or which distribution it is.
    """
    if path[-4:] not in DATABASE_ENDS:
        return (
            path.startswith(dpkg.STATUS_D)
            and size <= _MOST_BYTES
            and len(path) <= MOST_PATH
        )
    if len(path) > MOST_PATH:
        return False
    if path in _PATHS:
        return size <= (rpm.MOST_BYTES if path in rpm.DATABASES else _MOST_BYTES)
    if path.endswith(npm.MANIFEST):
        is_wanted = npm.is_package(path) or npm.is_manifest(path)
        return size <= npm.MOST_BYTES and is_wanted
    if path.endswith(npm.LOCK):
        return size <= npm.MOST_LOCK_BYTES and npm.is_lock(path)
    listed = path.startswith(dpkg.INFO) and path.endswith((dpkg.LIST, dpkg.SUMS))
    return size <= _MOST_BYTES and (
        listed
        or path.startswith(dpkg.STATUS_D)
        or path.endswith((python.RECORD, python.INSTALLED_FILES))
    )


def kept_files(contents: Contents) -> dict[bytes, Kept]:
    """The databases of the final image by path."""
    return {
        scan.paths[index]: Kept(scan.paths[index], layer, data)
        for layer, (scan, gone) in enumerate(
            zip(contents.stack.scans, contents.stack.gone, strict=True)
        )
        if scan is not None
        for index, data in scan.contents.items()
        if gone[index] == NEVER and is_database(scan.paths[index], len(data))
    }


def find_owners(contents: Contents) -> Owners:
    """The packages of an image, and the owner of each entry.

    A database that cannot be read is a note.
    """
    stack = contents.stack
    kept = kept_files(contents)
    claims = Claims(stack, contents.reading.limits.entries)
    for read in (
        dpkg.packages,
        rpm.packages,
        apk.packages,
        python.packages,
        npm.packages,
    ):
        try:
            for listed in read(kept):
                claims.add(listed)
        except ImageError as error:
            claims.notes.append(str(error))
    claims.notes += _unread(stack, kept)
    claims.derive()
    owner = claims.columns()
    totals = Totals(claims, owner)
    totals.count(contents)
    packages = tuple(
        InstalledPackage(
            *key,
            totals.sizes[number],
            totals.files[number],
            totals.layers[number],
            totals.wasted[number],
        )
        for key, number in claims.numbers.items()
    )
    return Owners(
        packages,
        owner,
        totals.unowned,
        tuple(map(tuple, claims.databases)),
        tuple(dict.fromkeys(claims.notes)),
        tuple(claims.facts),
    )


def _unread(stack: Stack, kept: KeptFiles) -> Iterator[str]:
    """Notes for databases of rpm that are there and are not read; only asked where no other is."""
    if not kept.keys().isdisjoint(_PATHS - _RELEASES):
        return
    for scan, gone in zip(stack.scans, stack.gone, strict=True):
        if scan is None:
            continue
        for path in sorted(_RPM.intersection(scan.paths)):
            index = scan.paths.index(path)
            if gone[index] != NEVER:
                continue
            kind = rpm.OLD_DATABASES.get(path)
            why = "it is empty, too large, or was not kept"
            if kind:
                why = f"{kind} databases of rpm are not supported"
            yield f"{text(path)}: {why}; its packages are not known"
