"""rpm's database, by hand."""

from __future__ import annotations

import sqlite3
import struct
from itertools import accumulate

WHERE = "var/lib/rpm/rpmdb.sqlite"
TABLE = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY"


def header(
    name="bash",
    version="5.2",
    release="1.el9",
    files=(),
    epoch=None,
    arch="x86_64",
    *,
    sums=(),
    source="",
    licence="",
    required=(),
    provided=(),
) -> bytes:
    """A header with the tags that count."""
    folders = sorted({path.rpartition("/")[0] + "/" for path in files})
    tags = {1000: [name], 1001: [version], 1002: [release], 1022: [arch]}
    items = [(tag, 6, strings(value), 1) for tag, value in tags.items()]
    if epoch is not None:
        items.append((1003, 4, struct.pack(">I", epoch), 1))
    if source:
        items.append((1044, 6, strings([source]), 1))
    if licence:
        items.append((1014, 6, strings([licence]), 1))
    if files:
        at = [folders.index(path.rpartition("/")[0] + "/") for path in files]
        items += [
            (1116, 4, struct.pack(f">{len(at)}I", *at), len(at)),
            (1117, 8, strings(path.rpartition("/")[2] for path in files), len(files)),
            (1118, 8, strings(folders), len(folders)),
        ]
    for tag, names in ((1047, provided), (1049, required)):
        if names:
            items.append((tag, 8, strings(names), len(names)))
    if sums:
        items.append((1035, 8, strings(sums), len(sums)))
    return raw(items)


def strings(values) -> bytes:
    return b"".join(value.encode() + b"\0" for value in values)


def raw(items) -> bytes:
    starts = [0, *accumulate(len(data) for _, _, data, _ in items)]
    index = b"".join(
        struct.pack(">4I", tag, kind, at, count)
        for (tag, kind, _, count), at in zip(items, starts, strict=False)
    )
    return (
        struct.pack(">2I", len(items), starts[-1])
        + index
        + b"".join(data for _, _, data, _ in items)
    )


def database(*headers, schema=f"{TABLE} AUTOINCREMENT, blob BLOB NOT NULL)") -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(schema)
        if headers:
            connection.executemany(
                "INSERT INTO Packages (blob) VALUES (?)", [(each,) for each in headers]
            )
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()
