"""`AdvisoryStore`: the database, read-only."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from urllib.parse import quote

from lightship.advisories.stored_form import (
    APPLICATION,
    VERSION,
    advisory_of_row,
    unpacked,
)
from lightship.errors import DatabaseError
from lightship.vulns.copy_status import SourceState
from lightship.vulns.matching import RecordEntry
from lightship.vulns.severity import UNRATED, RatedSeverity, rated

_UPDATE = "run `lightship vulns update`"
_MOST_RATED = 50  # records that are asked for the severity of one flaw


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

    def lookup(self, ecosystem: str, name: str) -> Sequence[RecordEntry]:
        """All that records say of a package's name."""
        rows = self._connection.execute(
            "SELECT release, body, id, modified, summary, more FROM affected "
            "JOIN advisory USING (number) WHERE affected.ecosystem = ? AND name = ? "
            "ORDER BY number",
            (ecosystem, name),
        )
        return [
            RecordEntry(
                advisory_of_row(*about),
                unpacked(_full(ecosystem, release), name, body),
            )
            for release, body, *about in rows
        ]

    def severity(self, ids: Sequence[str]) -> RatedSeverity:
        """The worst severity that any record states for one of these ids."""
        stated = [self._stated(name) for name in ids]
        return max(stated, key=lambda item: (item.rating, item.score or 0.0))

    def sources(self) -> list[SourceState]:
        """Each ecosystem that there is."""
        rows = self._connection.execute(
            "SELECT ecosystem, origin, tag, downloaded, newest, records FROM source "
            "ORDER BY ecosystem"
        )
        return [SourceState(*row) for row in rows]

    def skipped(self) -> list[tuple[str, str, int]]:
        """What was not taken over: from where, why, and how many."""
        rows = self._connection.execute(
            "SELECT origin, reason, number FROM skipped ORDER BY origin, reason"
        )
        return list(rows)

    def _stated(self, name: str) -> RatedSeverity:
        rows = self._connection.execute(
            "SELECT advisory.id, modified, summary, more FROM rated "
            "JOIN advisory USING (number) WHERE rated.id = ? LIMIT ?",
            (name, _MOST_RATED),
        )
        advisories = (advisory_of_row(*row) for row in rows)
        stated = [rated(item.vectors, item.rating) for item in advisories]
        return max(
            stated, key=lambda item: (item.rating, item.score or 0.0), default=UNRATED
        )


def _full(ecosystem: str, release: str) -> str:
    return f"{ecosystem}:{release}" if release else ecosystem
