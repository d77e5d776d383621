"""`AdvisoryStore`: the database, read-only."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from urllib.parse import quote

from lightship.advisories.recent import Recent
from lightship.advisories.stored_form import (
    APPLICATION,
    VERSION,
    advisory_of_row,
    unpacked,
)
from lightship.errors import DatabaseError
from lightship.vulns.advisory import Advisory
from lightship.vulns.copy_status import SourceState
from lightship.vulns.exploitation import Exploitation, FeedState, KevEntry, is_cve
from lightship.vulns.matching import RecordEntry
from lightship.vulns.severity import (
    UNRATED,
    RatedSeverity,
    rated,
    severity_order,
)

_UPDATE = "run `lightship vulns update`"
_MOST_RATED = 50  # records that are asked for the severity of one flaw
_MOST_BYTES = 8 << 20  # of entries that are kept
_ENTRY = 300  # bytes that one has beside its body
_MOST_RATINGS = 1 << 16  # ratings that are kept
_BY_NAME = (
    "SELECT number, release, body FROM affected WHERE ecosystem = ? AND name = ? "
    "ORDER BY number, part"
)
_BY_NUMBER = "SELECT id, modified, summary, more FROM advisory WHERE number = ?"
_BY_FLAW = (
    "SELECT advisory.id, modified, summary, more FROM rated "
    "JOIN advisory USING (number) WHERE rated.id = ? LIMIT ?"
)

_KEV = "SELECT added, due, ransomware FROM kev WHERE cve = ?"
_EPSS = "SELECT score, percentile FROM epss WHERE cve = ?"


@contextmanager
def open_store(path: str) -> Iterator[AdvisoryStore]:
    """The database, until the end of the `with`; a DatabaseError where there is none to read."""
    if not os.path.exists(path):
        raise DatabaseError(f"there is no database of vulnerabilities yet: {_UPDATE}")
    address = f"file:{quote(os.path.abspath(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            _check(connection, path)
            yield AdvisoryStore(connection)
    except (sqlite3.Error, ValueError, TypeError, zlib.error) as error:
        raise DatabaseError(
            f"cannot read the database {path}: {error}; {_UPDATE}"
        ) from error


def _check(connection: sqlite3.Connection, path: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise DatabaseError(f"{path} is not a database of lightship: {_UPDATE}")
    if version != VERSION:
        raise DatabaseError(
            f"{path} was written by another version of lightship: {_UPDATE}"
        )


class AdvisoryStore:
    """What the database knows of a package, and of itself."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._recent: Recent[tuple[str, str], list[RecordEntry]] = Recent(_MOST_BYTES)
        self._ratings: Recent[str, RatedSeverity] = Recent(_MOST_RATINGS)

    def lookup(self, ecosystem: str, name: str) -> Sequence[RecordEntry]:
        """All that records say of a package's name.

        What was looked up last is kept: several versions of a package, and the versions that it may
        be upgraded to, are judged by the same entries.
        """
        return self._recent.get((ecosystem, name), self._read)

    def _read(self, key: tuple[str, str]) -> tuple[list[RecordEntry], int]:
        """The entries, and how many bytes they have."""
        ecosystem, name = key
        entries: list[RecordEntry] = []
        weight = 0
        for number, release, body in self._connection.execute(_BY_NAME, key):
            full = f"{ecosystem}:{release}" if release else ecosystem
            read = partial(unpacked, full, name, body)
            entries.append(RecordEntry(number, full, read, self._advisory))
            weight += _ENTRY + len(body)
        return entries, weight

    def _advisory(self, number: int) -> Advisory:
        row = self._connection.execute(_BY_NUMBER, (number,)).fetchone()
        return advisory_of_row(*row)

    def severity(self, ids: Sequence[str]) -> RatedSeverity:
        """The worst severity that any record states for one of these ids."""
        return max(map(self._stated, ids), key=severity_order)

    def sources(self) -> list[SourceState]:
        """Each ecosystem that there is."""
        rows = self._connection.execute(
            "SELECT ecosystem, origin, tag, downloaded, newest, records FROM source "
            "ORDER BY ecosystem"
        )
        return [SourceState(*row) for row in rows]

    def feeds(self) -> list[FeedState]:
        """The lists of exploits that there are."""
        rows = self._connection.execute(
            "SELECT name, origin, downloaded, dated, records FROM feed ORDER BY name"
        )
        return [FeedState(*row) for row in rows]

    def exploits(self, ids: Sequence[str]) -> Exploitation:
        """What the lists say of a flaw, the worst where it has several CVEs."""
        cves = [name for name in ids if is_cve(name)]
        listed = [row for cve in cves for row in self._connection.execute(_KEV, (cve,))]
        scored = [
            row for cve in cves for row in self._connection.execute(_EPSS, (cve,))
        ]
        kev = None
        if listed:
            added, due, ransomware = min(listed)
            kev = KevEntry(added, due, bool(ransomware))
        score, percentile = max(scored, default=(None, None))
        return Exploitation(kev, score, percentile)

    def skipped(self) -> list[tuple[str, str, int]]:
        """What was not taken over: from where, why, and how many."""
        rows = self._connection.execute(
            "SELECT origin, reason, number FROM skipped ORDER BY origin, reason"
        )
        return list(rows)

    def _stated(self, name: str) -> RatedSeverity:
        return self._ratings.get(name, self._read_rating)

    def _read_rating(self, name: str) -> tuple[RatedSeverity, int]:
        rows = self._connection.execute(_BY_FLAW, (name, _MOST_RATED))
        advisories = (advisory_of_row(*row) for row in rows)
        stated = [rated(item.vectors, item.rating) for item in advisories]
        return max(stated, key=severity_order, default=UNRATED), 1
