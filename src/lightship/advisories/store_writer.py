"""Writing the database: into a copy beside it, which takes its place when all went well."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from itertools import islice

from lightship.advisories.advisory_store import open_store
from lightship.advisories.stored_form import (
    APPLICATION,
    TABLES,
    VERSION,
    more_of,
    packed,
)
from lightship.errors import DatabaseError, FileError
from lightship.files.reading import reason_of
from lightship.record import record
from lightship.vulns.advisory import Advisory, Affected
from lightship.vulns.affects import without_repeated
from lightship.vulns.exploitation import EPSS, KEV, FeedState
from lightship.vulns.read_epss import EpssScores, ScoredRow
from lightship.vulns.read_kev import KevCatalog
from lightship.vulns.read_osv import TOO_LARGE, RefusedAdvisory, read_osv
from lightship.vulns.version_order import family, is_ordered

_TEMPORARY = ".lightship-"
_MODE = 0o644  # what is in it is no secret
_CACHE = 1 << 16  # kilobytes that SQLite may keep: records do not come in order
OTHER = "of ecosystems that are not read here"
TWICE = "a second time"
UNREADABLE = "not as published"
_ROWS_AT_ONCE = 10_000


@record
class Taken:
    """What was taken over from one source: records by ecosystem, skipped ones by reason."""

    origin: str
    records: Mapping[str, int]
    skipped: Mapping[str, int]


@contextmanager
def rewritten(path: str) -> Iterator[StoreWriter]:
    """A copy of the database to write into.

    It takes the place of `path` at the end of the `with`; whatever is raised, the old one stays as
    it was. Anything but a database of ours is replaced.
    """
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
        os.close(handle)
    except OSError as error:
        raise FileError(f"cannot write {path}: {reason_of(error)}") from error
    try:
        _begin(path, temporary)
        with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            connection.execute("BEGIN")
            yield StoreWriter(connection)
            connection.execute("COMMIT")
            connection.execute("VACUUM")
        os.chmod(temporary, _MODE)
        os.replace(temporary, path)
    except (OSError, sqlite3.Error) as error:
        raise FileError(f"cannot write {path}: {error}") from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _begin(path: str, temporary: str) -> None:
    try:
        with open_store(path):
            pass
    except DatabaseError:
        with closing(sqlite3.connect(temporary)) as connection:
            connection.executescript(TABLES)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        return
    shutil.copyfile(path, temporary)


class StoreWriter:
    """Takes the documents of a source over."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        (last,) = connection.execute("SELECT max(number) FROM advisory").fetchone()
        self._number: int = last or 0

    def take(
        self,
        documents: Iterable[bytes | None],
        origin: str,
        now: int,
        only: Collection[str] = (),
        tag: str = "",
    ) -> Taken:
        """Replace what there is of each ecosystem of the documents.

        None stands for a document that is too large to be read. `only` are the ecosystems whose
        packages are taken over, none for all; `tag` is kept for them. What raises an error leaves
        all as it was.
        """
        self._connection.execute("SAVEPOINT source")
        try:
            taken = self._take(documents, origin, now, only, tag)
        except BaseException:
            self._connection.execute("ROLLBACK TO source")
            raise
        self._connection.execute("RELEASE source")
        return taken

    def _take(
        self,
        documents: Iterable[bytes | None],
        origin: str,
        now: int,
        only: Collection[str],
        tag: str,
    ) -> Taken:
        taking = _Taking(self, only)
        for document in documents:
            taking.add(document)
        if not taking.records:
            raise DatabaseError(
                f"{origin} holds no record of OSV that can be used{_why(taking.skipped)}"
            )
        for ecosystem, count in taking.records.items():
            self._connection.execute(
                "REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?)",
                (ecosystem, origin, tag, now, taking.newest[ecosystem], count),
            )
        self._note_skipped(origin, taking.skipped)
        return Taken(origin, dict(taking.records), dict(taking.skipped))

    def take_kev(self, catalog: KevCatalog, origin: str, now: int) -> Taken:
        """Replace the catalog of what is exploited."""
        rows = [
            (cve, entry.added, entry.due, entry.is_ransomware)
            for cve, entry in catalog.entries.items()
        ]
        self._connection.execute("DELETE FROM kev")
        self._connection.executemany("INSERT INTO kev VALUES (?, ?, ?, ?)", rows)
        feed = FeedState(KEV, origin, now, catalog.dated, len(rows))
        return self._took(feed, catalog.skipped)

    def take_epss(self, scores: EpssScores, origin: str, now: int) -> Taken:
        """Replace the scores; what raises an error leaves them as they were."""
        self._connection.execute("SAVEPOINT scores")
        try:
            count, skipped = self._replace_scores(scores, origin)
        except BaseException:
            self._connection.execute("ROLLBACK TO scores")
            raise
        self._connection.execute("RELEASE scores")
        return self._took(FeedState(EPSS, origin, now, scores.dated, count), skipped)

    def _replace_scores(self, scores: EpssScores, origin: str) -> tuple[int, int]:
        """How many there are, and how many rows could not be read."""
        self._connection.execute("DELETE FROM epss")
        skipped = self._insert_scores(scores.rows)
        (count,) = self._connection.execute("SELECT count(*) FROM epss").fetchone()
        if not count:
            raise DatabaseError(f"{origin} has no EPSS score that can be used")
        return count, skipped

    def _insert_scores(self, rows: Iterator[ScoredRow | None]) -> int:
        skipped = 0
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            known = [row for row in some if row is not None]
            skipped += len(some) - len(known)
            self._connection.executemany("REPLACE INTO epss VALUES (?, ?, ?)", known)
        return skipped

    def _took(self, feed: FeedState, skipped: int) -> Taken:
        self._connection.execute(
            "REPLACE INTO feed VALUES (?, ?, ?, ?, ?)",
            (feed.name, feed.origin, feed.downloaded, feed.dated, feed.records),
        )
        reasons = {UNREADABLE: skipped} if skipped else {}
        self._note_skipped(feed.origin, reasons)
        return Taken(feed.origin, {feed.name: feed.records}, reasons)

    def _note_skipped(self, origin: str, reasons: Mapping[str, int]) -> None:
        self._connection.execute("DELETE FROM skipped WHERE origin = ?", (origin,))
        self._connection.executemany(
            "INSERT INTO skipped VALUES (?, ?, ?)",
            [(origin, reason, count) for reason, count in reasons.items()],
        )

    def confirm(self, ecosystem: str, now: int) -> None:
        """Note that an ecosystem's part is what its source still has."""
        self._connection.execute(
            "UPDATE source SET downloaded = ? WHERE ecosystem = ?", (now, ecosystem)
        )

    def forget(self, ecosystem: str) -> None:
        """Remove all of an ecosystem."""
        self._connection.execute(
            "DELETE FROM rated WHERE number IN "
            "(SELECT number FROM advisory WHERE ecosystem = ?)",
            (ecosystem,),
        )
        for table in ("affected", "advisory", "source"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE ecosystem = ?",  # noqa: S608 - names of our own
                (ecosystem,),
            )

    def insert(
        self, ecosystem: str, advisory: Advisory, affected: Iterable[Affected]
    ) -> None:
        """Add a record of an ecosystem."""
        self._number += 1
        number = self._number
        self._connection.execute(
            "INSERT INTO advisory VALUES (?, ?, ?, ?, ?, ?)",
            (
                number,
                ecosystem,
                advisory.id,
                advisory.modified,
                advisory.summary,
                more_of(advisory),
            ),
        )
        self._connection.executemany(
            "INSERT INTO affected VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    ecosystem,
                    entry.name,
                    entry.ecosystem.partition(":")[2],
                    number,
                    part,
                    packed(without_repeated(entry)),
                )
                for part, entry in enumerate(affected)
            ],
        )
        if advisory.vectors or advisory.rating:
            names = {advisory.id, *advisory.aliases, *_single(advisory.upstream)}
            self._connection.executemany(
                "INSERT INTO rated VALUES (?, ?)", [(name, number) for name in names]
            )


def _why(skipped: Mapping[str, int]) -> str:
    reasons = [f"{number:,} {reason}" for reason, number in sorted(skipped.items())]
    return f": {', '.join(reasons)}" if reasons else ""


def _single(upstream: tuple[str, ...]) -> tuple[str, ...]:
    """A notice about several flaws does not say how severe each is."""
    return upstream if len(upstream) == 1 else ()


def _read(document: bytes | None) -> Advisory:
    if document is None:
        raise RefusedAdvisory(TOO_LARGE)
    return read_osv(document)


class _Taking:
    """What was seen of a source so far."""

    def __init__(self, writer: StoreWriter, only: Collection[str]) -> None:
        self._writer = writer
        self._only = only
        self._ids: set[tuple[str, str]] = set()
        self.records: Counter[str] = Counter()
        self.newest: dict[str, int] = {}
        self.skipped: Counter[str] = Counter()

    def add(self, document: bytes | None) -> None:
        try:
            advisory = _read(document)
        except RefusedAdvisory as refused:
            self.skipped[str(refused)] += 1
            return
        by_ecosystem: dict[str, list[Affected]] = {}
        for entry in advisory.affected:
            by_ecosystem.setdefault(family(entry.ecosystem), []).append(entry)
        wanted = [name for name in by_ecosystem if self._is_wanted(name)]
        if not wanted:
            self.skipped[OTHER] += 1
        for name in wanted:
            self._add(name, advisory, by_ecosystem[name])

    def _is_wanted(self, ecosystem: str) -> bool:
        is_asked_for = not self._only or ecosystem in self._only
        return is_asked_for and is_ordered(ecosystem)

    def _add(
        self, ecosystem: str, advisory: Advisory, entries: Iterable[Affected]
    ) -> None:
        key = ecosystem, advisory.id
        if key in self._ids:
            self.skipped[TWICE] += 1
            return
        self._ids.add(key)
        if ecosystem not in self.records:
            self._writer.forget(ecosystem)
        self.records[ecosystem] += 1
        newest = self.newest.get(ecosystem, 0)
        self.newest[ecosystem] = max(newest, advisory.modified)
        self._writer.insert(ecosystem, advisory, entries)
