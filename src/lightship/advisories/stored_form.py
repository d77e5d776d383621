"""The tables of the database, and how a record of OSV stands in them.

`affected` is looked up by ecosystem and name; its body is the JSON of ranges and listed versions,
compressed. `rated` finds by a CVE what other databases say of its severity.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from lightship.vulns.advisory import Advisory, Affected, VersionRange

APPLICATION = 0x4C535656  # `LSVV`, in the header of the file
VERSION = 1
_MOST_BODY = 64 << 20

TABLES = """
CREATE TABLE advisory (
    number INTEGER PRIMARY KEY, ecosystem TEXT NOT NULL, id TEXT NOT NULL,
    modified INTEGER NOT NULL, summary TEXT NOT NULL, more TEXT NOT NULL
);
CREATE TABLE affected (
    ecosystem TEXT NOT NULL, name TEXT NOT NULL, release TEXT NOT NULL,
    number INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX affected_by_name ON affected (ecosystem, name);
CREATE TABLE rated (
    id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (id, number)
) WITHOUT ROWID;
CREATE TABLE source (
    ecosystem TEXT PRIMARY KEY, origin TEXT NOT NULL, tag TEXT NOT NULL,
    downloaded INTEGER NOT NULL, newest INTEGER NOT NULL, records INTEGER NOT NULL
);
CREATE TABLE skipped (
    origin TEXT NOT NULL, reason TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (origin, reason)
);
"""


def packed(affected: Affected) -> bytes:
    """The body of an entry."""
    ranges = [[item.is_semver, item.events] for item in affected.ranges]
    fields = [ranges, affected.versions, affected.urgency]
    return zlib.compress(json.dumps(fields, separators=(",", ":")).encode(), 6)


def unpacked(ecosystem: str, name: str, body: bytes) -> Affected:
    """The entry that a body holds."""
    text = zlib.decompressobj().decompress(body, _MOST_BODY)
    ranges, versions, urgency = json.loads(text)
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
