"""The tables of the database, and how a record of OSV stands in them.

`affected` lies in the order in which it is looked up, by ecosystem and name; its body is the JSON
of ranges and listed versions, compressed where it is long. `part` counts the entries that a record
has for a name. `rated` finds by a CVE what other databases say of its severity. `kev` and `epss`
are lists of exploits, by CVE, and `feed` says of when they are.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from lightship.vulns.advisory import Advisory, Affected, VersionRange

APPLICATION = 0x4C535656  # `LSVV`, in the header of the file
VERSION = 3
_SHORT = 300  # bytes of a body that are not worth compressing
_MOST_BODY = 64 << 20

TABLES = """
CREATE TABLE advisory (
    number INTEGER PRIMARY KEY, ecosystem TEXT NOT NULL, id TEXT NOT NULL,
    modified INTEGER NOT NULL, summary TEXT NOT NULL, more TEXT NOT NULL
);
CREATE TABLE affected (
    ecosystem TEXT NOT NULL, name TEXT NOT NULL, release TEXT NOT NULL,
    number INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (ecosystem, name, number, part)
) WITHOUT ROWID;
CREATE TABLE rated (
    id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (id, number)
) WITHOUT ROWID;
CREATE TABLE source (
    ecosystem TEXT PRIMARY KEY, origin TEXT NOT NULL, tag TEXT NOT NULL,
    downloaded INTEGER NOT NULL, newest INTEGER NOT NULL, records INTEGER NOT NULL
);
CREATE TABLE kev (
    cve TEXT PRIMARY KEY, added TEXT NOT NULL, due TEXT NOT NULL,
    ransomware INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE epss (
    cve TEXT PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE feed (
    name TEXT PRIMARY KEY, origin TEXT NOT NULL, downloaded INTEGER NOT NULL,
    dated TEXT NOT NULL, records INTEGER NOT NULL
);
CREATE TABLE skipped (
    origin TEXT NOT NULL, reason TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (origin, reason)
);
"""


def packed(affected: Affected) -> bytes | str:
    """The body of an entry."""
    ranges = [[item.is_semver, item.events] for item in affected.ranges]
    fields = [ranges, affected.versions, affected.urgency]
    text = json.dumps(fields, separators=(",", ":"))
    return text if len(text) <= _SHORT else zlib.compress(text.encode(), 6)


def unpacked(ecosystem: str, name: str, body: bytes | str) -> Affected:
    """The entry that a body holds."""
    if isinstance(body, bytes):
        body = zlib.decompressobj().decompress(body, _MOST_BODY).decode()
    ranges, versions, urgency = json.loads(body)
    return Affected(
        ecosystem, name, tuple(map(_range, ranges)), tuple(versions), urgency
    )


def _range(fields: Any) -> VersionRange:
    is_semver, events = fields
    return VersionRange(tuple(map(tuple, events)), is_semver)


def more_of(advisory: Advisory) -> str:
    """What is told of a record, but never looked up."""
    fields = [advisory.aliases, advisory.upstream, advisory.vectors, advisory.rating]
    return json.dumps(fields, separators=(",", ":"))


def advisory_of_row(name: str, modified: int, summary: str, more: str) -> Advisory:
    """A record without its entries."""
    aliases, upstream, vectors, rating = json.loads(more)
    return Advisory(
        name,
        modified,
        summary,
        tuple(aliases),
        tuple(upstream),
        tuple(map(tuple, vectors)),
        rating,
    )
