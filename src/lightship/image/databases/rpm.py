"""rpm's database: from rpm 4.16 on an SQLite file of headers, one a package, in the table Packages.

SQLite reads it from memory, under limits: a file can be made so that a query never ends, or asks
for gigabytes. Source: rpm, lib/backend/sqlite.cc.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lightship.errors import ImageError
from lightship.image.databases.package_lists import (
    Kept,
    KeptFiles,
    Listed,
    PackageFacts,
    text,
)
from lightship.image.databases.rpm_header import (
    Header,
    digests,
    paths,
    provided,
    read_header,
    required,
)

if TYPE_CHECKING:
    from sqlite3 import Connection

DATABASES = (b"var/lib/rpm/rpmdb.sqlite", b"usr/lib/sysimage/rpm/rpmdb.sqlite")
OLD_DATABASES = {  # what is not read -> its kind
    b"var/lib/rpm/Packages": "Berkeley DB",
    b"var/lib/rpm/Packages.db": "ndb",
    b"usr/lib/sysimage/rpm/Packages": "Berkeley DB",
    b"usr/lib/sysimage/rpm/Packages.db": "ndb",
}
MOST_BYTES = 100 << 20  # of a database; images have up to some 30 MB
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 32 << 20
_STEPS = 50_000_000  # of SQLite's machine; a package takes about ten
_KEY = "gpg-pubkey"  # the headers of this name are keys that packages are signed with


def packages(kept: KeptFiles) -> Iterator[Listed]:
    """All rpms. Where two are alike but for the architecture, the later is `NAME.ARCH`. An
    ImageError says why not.
    """
    for path in DATABASES:
        if path in kept:
            yield from _installed(kept[path])


def sums(path: bytes, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Path and sum of each file: MD5 of old packages, SHA-256 of others."""
    for blob in _blobs(Kept(path, 0, data)):
        header = read_header(blob)
        names = paths(header)
        yield from zip(names, digests(header), strict=False)


def _installed(file: Kept) -> Iterator[Listed]:
    seen: set[tuple[str, str]] = set()
    for blob in _blobs(file):
        header = read_header(blob)
        name = text(header.name)
        version = _version(header)
        if not name or name == _KEY:
            continue
        if (name, version) in seen:
            name = f"{name}.{text(header.architecture)}"
        seen.add((name, version))
        yield Listed("rpm", name, version, file, paths(header), facts=_facts(header))


def _facts(header: Header) -> PackageFacts:
    """The source is told by its file, `bash-5.2.26-3.el9.src.rpm`, which has no epoch."""
    architecture = text(header.architecture)
    file = text(header.source).removesuffix(".rpm")
    package, _, _ = file.rpartition(".")  # without `src`, or `nosrc`
    name, _, release = package.rpartition("-")
    name, dash, version = name.rpartition("-")
    licences = tuple(filter(None, [text(header.licence)]))
    source, source_version = (name, f"{version}-{release}") if dash else ("", "")
    needs, provides = _words(required(header)), _words(provided(header))
    return PackageFacts(architecture, source, source_version, licences, needs, provides)


def _words(names: Iterator[bytes]) -> str:
    """Names one a line, each once: a condition has spaces, and versions repeat a name."""
    return "\n".join(dict.fromkeys(map(text, names)))


def _version(header: Header) -> str:
    epoch = f"{header.epoch}:" if header.epoch else ""
    return f"{epoch}{text(header.version)}-{text(header.release)}"


def _blobs(file: Kept) -> Iterator[bytes]:
    """The headers of a database; together they are no longer than it is, unless it is malformed."""
    where = text(file.path)
    left = len(file.data)
    try:
        import sqlite3  # noqa: PLC0415 - 5 ms, and few images have such a database
    except ImportError:
        raise ImageError(f"{where}: this Python was built without SQLite") from None
    connection = sqlite3.connect(":memory:")
    try:
        _load(connection, file.data, where)
        for (blob,) in connection.execute("SELECT blob FROM Packages"):
            left -= len(blob) if isinstance(blob, bytes) else left + 1
            if left < 0:
                raise ImageError(
                    f"{where}: its headers are invalid, or longer than the file"
                )
            yield blob
    except (
        sqlite3.Error,
        UnicodeError,
        OverflowError,
        MemoryError,
    ) as error:  # its messages may quote any bytes
        raise ImageError(f"{where}: SQLite cannot read it: {error}") from None
    finally:
        connection.close()


def _load(connection: Connection, data: bytes, where: str) -> None:
    """Give the database to SQLite, with all shut that reading a plain table does not need."""
    import sqlite3  # noqa: PLC0415 - as above

    if not hasattr(connection, "deserialize"):
        raise ImageError(f"{where}: the SQLite of this Python cannot read from memory")
    if not data.startswith(_MAGIC):
        raise ImageError(f"{where}: not an SQLite database")
    connection.text_factory = text
    connection.execute("PRAGMA trusted_schema=OFF")
    # rpm's is in WAL mode, which needs a second file, and says so in these two bytes (SQLite file
    # format, 1.3.3)
    connection.deserialize(data[:18] + b"\1\1" + data[20:])
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _HEADER_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_progress_handler(lambda: 1, _STEPS)
    kinds = connection.execute(
        "SELECT type, sql FROM sqlite_master WHERE name = 'Packages'"
    ).fetchall()
    columns = connection.execute("PRAGMA table_xinfo(Packages)").fetchall()
    plain = all(
        kind == "table" and str(sql).upper().startswith("CREATE TABLE")
        for kind, sql in kinds
    )
    if len(kinds) != 1 or not plain or any(column[6] for column in columns):
        raise ImageError(f"{where}: it has no plain table of packages")
