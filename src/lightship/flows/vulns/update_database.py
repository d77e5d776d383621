"""`lightship vulns update`: take records of OSV over, from its bucket, a mirror or a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from lightship.advisories.advisory_store import open_store
from lightship.advisories.data_folder import usual_path
from lightship.advisories.exploit_files import Take, exploit_list, exploit_lists
from lightship.advisories.osv_archives import (
    archive_in,
    documents_of_folder,
    documents_of_zip,
    is_archive,
)
from lightship.advisories.store_writer import StoreWriter, Taken, rewritten
from lightship.errors import DatabaseError, UsageError
from lightship.flows.image_request import TIMEOUT
from lightship.flows.tell import Tell
from lightship.record import record
from lightship.vulns.copy_status import SourceState
from lightship.vulns.version_order import ecosystems
from lightship.wording.counts import count
from lightship.wording.sizes import size

_NETWORK = ("https://", "http://")
_STEP = 64 << 20  # bytes of a download after which it is told how far it has come

Part = Callable[[], Taken]
"""Takes one source over; no records of an ecosystem stand for one that is unchanged."""


@record
class UpdateRequest:
    """From where, into which file, and which ecosystems; empty ones stand for the usual."""

    source: str = ""
    database: str = ""
    ecosystems: tuple[str, ...] = ()
    timeout: float = TIMEOUT


def update_database(request: UpdateRequest, tell: Tell) -> None:
    """Take over what the source has.

    A DatabaseError names what could not be taken over; all else is, and what there was before of it
    stays.
    """
    named = tuple(map(_known, request.ecosystems))
    path = request.database or usual_path()
    before = _before(path)
    failures: list[str] = []
    done = 0
    with rewritten(path) as writer:
        for part in _parts(request, named, path, before, writer, tell):
            try:
                taken = part()
            except DatabaseError as error:
                failures.append(str(error))
                continue
            done += 1
            for line in _told(taken):
                tell(line)
        if not done:
            reasons = "; ".join(failures)
            raise DatabaseError(reasons or "no ecosystem was named")
    if failures:
        raise DatabaseError("; ".join(failures))


def _known(name: str) -> str:
    """An ecosystem as OSV writes it."""
    known_ones = ecosystems()
    wanted = name.lower()
    for known in known_ones:
        if known.lower() == wanted:
            return known
    choices = ", ".join(known_ones)
    raise UsageError(f"unknown ecosystem {name!r}: choose from {choices}")


def _before(path: str) -> dict[str, SourceState]:
    """The ecosystems that the database has; none where there is no database."""
    with suppress(DatabaseError), open_store(path) as store:
        states = store.sources()
        return {state.ecosystem: state for state in states}
    return {}


def _parts(
    request: UpdateRequest,
    named: tuple[str, ...],
    path: str,
    before: dict[str, SourceState],
    writer: StoreWriter,
    tell: Tell,
) -> Iterator[Part]:
    source = request.source
    if not source or source.startswith(_NETWORK):
        wanted = named or tuple(before) or ecosystems()
        yield from _downloads(request, wanted, path, before, writer, tell)
    elif is_archive(source):
        documents = documents_of_zip(source)
        yield partial(writer.take, documents, source, _now(), named)
    elif os.path.isfile(source):
        yield partial(_list_of(source), writer, _now())
    elif os.path.isdir(source):
        yield from _of_folder(source, named, writer)
    else:
        raise DatabaseError(
            f"there is no {source}: name a folder, a zip, or the address of a mirror"
        )


def _list_of(path: str) -> Take:
    """What takes a list of exploits over; a DatabaseError for any other file."""
    take = exploit_list(path)
    if take is None:
        raise DatabaseError(
            f"{path} is neither a zip nor a list of exploits: those are named "
            "known_exploited_vulnerabilities.json and epss_scores-DAY.csv.gz"
        )
    return take


def _of_folder(
    folder: str, named: tuple[str, ...], writer: StoreWriter
) -> Iterator[Part]:
    """The lists of exploits, and the archives of a mirror, or else all documents below a folder."""
    lists = [] if named else exploit_lists(folder)
    for take in lists:
        yield partial(take, writer, _now())
    wanted = named or ecosystems()
    archives = {name: archive_in(folder, name) for name in wanted}
    has_archives = any(archives.values())
    if not has_archives:
        if not lists or _has_documents(folder):
            documents = documents_of_folder(folder)
            yield partial(writer.take, documents, folder, _now(), named)
        return
    for name, archive in archives.items():
        if archive:
            documents = documents_of_zip(archive)
            yield partial(writer.take, documents, archive, _now(), (name,))
        elif named:
            raise DatabaseError(f"{folder} has no archive of {name}")


def _has_documents(folder: str) -> bool:
    return any(True for _ in documents_of_folder(folder))


def _downloads(
    request: UpdateRequest,
    wanted: tuple[str, ...],
    path: str,
    before: dict[str, SourceState],
    writer: StoreWriter,
    tell: Tell,
) -> Iterator[Part]:
    from lightship.advisories.archive_downloads import (  # noqa: PLC0415 - needs an extra
        OSV,
        Mirror,
        address_of,
        fetch_archive,
    )

    database = os.path.abspath(path)
    parent = os.path.dirname(database)
    folder = os.path.join(parent, "downloads")
    source = request.source or OSV

    def download(name: str) -> Taken:
        progress = _progress(name, tell)
        mirror = Mirror(source, folder, request.timeout, progress)
        origin = address_of(mirror, name)
        known = ""
        state = before.get(name)
        # The tag of a copy from another mirror says nothing of this one
        if state is not None and state.origin == origin:
            known = state.tag
        fetched = fetch_archive(mirror, name, known)
        if fetched is None:
            raise DatabaseError(f"there is no archive at {origin}")
        if not fetched.path:
            writer.confirm(name, _now())
            return Taken(origin, {name: 0}, {})
        try:
            documents = documents_of_zip(fetched.path)
            return writer.take(documents, origin, _now(), (name,), fetched.tag)
        finally:
            with suppress(OSError):
                os.unlink(fetched.path)

    for name in wanted:
        yield partial(download, name)


def _progress(name: str, tell: Tell) -> Callable[[int, int], None]:
    """Tells at the start of a download, and then from time to time, how far it has come."""
    next_at = 0

    def progress(done: int, total: int) -> None:
        nonlocal next_at
        if done >= next_at:
            next_at = done + _STEP
            of_total = f" of {size(total)}" if total else ""
            tell(f"{name}: {size(done)}{of_total}")

    return progress


def _told(taken: Taken) -> Iterator[str]:
    for name, number in taken.records.items():
        said = "unchanged"
        if number:
            said = count(number, "record")
        yield f"{name}: {said}"
    skipped = sorted(taken.skipped.items())
    for reason, number in skipped:
        records = count(number, "record")
        yield f"skipped {records}: {reason}"


def _now() -> int:
    return int(time.time())
