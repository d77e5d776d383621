"""`lightship vulns check`: the packages of an image or a bill of materials against the database."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from lightship.advisories.advisory_store import open_store
from lightship.advisories.data_folder import usual_path
from lightship.errors import DatabaseError, FileError
from lightship.files.reading import reason_of
from lightship.inspection import phrases
from lightship.record import record
from lightship.sbom.bill import NO_LAYER, Bill, Component
from lightship.vulns.accepted_flaw import AcceptedFlaw
from lightship.vulns.copy_status import SourceState
from lightship.vulns.earlier_report import MOST_BYTES as MOST_EARLIER
from lightship.vulns.earlier_report import EarlierFlaw, compared, read_earlier
from lightship.vulns.exploitation import KEV, FeedState
from lightship.vulns.exploited import with_exploits
from lightship.vulns.first_actions import actions_for
from lightship.vulns.flaw_report import CopyAge, FlawReport
from lightship.vulns.ignored import parted, silenced
from lightship.vulns.judged_package import JudgedPackage, PackageOrigin
from lightship.vulns.known_vulnerabilities import Known, known_against
from lightship.vulns.read_purl import Named, subject_of
from lightship.vulns.read_sbom import MOST_BYTES, PackageListing, is_sbom, read_sbom
from lightship.vulns.read_vex import MOST_BYTES as MOST_VEX
from lightship.vulns.read_vex import read_vex
from lightship.vulns.vex import VexStatement
from lightship.wording.counts import count
from lightship.wording.dates import day

DAYS = 7
_DAY = 86_400
_START = 64  # bytes of a file by which it is told what it is
_UPDATE = "run `lightship vulns update`"


@record
class VulnsRequest:
    """What the user says beside the name: the database, its greatest age, what is left out.

    `needs_kev` is for a report that would mislead without the catalog of what is exploited.
    """

    database: str = ""
    max_age: int = DAYS
    only_fixed: bool = False
    accepted: tuple[AcceptedFlaw, ...] = ()
    statements: tuple[VexStatement, ...] = ()
    earlier: tuple[EarlierFlaw, ...] | None = None
    needs_kev: bool = False


def listing_of_file(path: str) -> PackageListing | None:
    """The bill of materials in a file; None for anything else."""
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            if not is_sbom(file.read(_START)):
                return None
            file.seek(0)
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error
    return read_sbom(data, path)


def statements_of_files(paths: Iterable[str]) -> tuple[VexStatement, ...]:
    """All statements of VEX in files; of two of the same time the later file's counts."""
    found: list[VexStatement] = []
    for path in paths:
        found += read_vex(_read(path, MOST_VEX), path)
    return tuple(
        replace(statement, made=(statement.made[0], at))
        for at, statement in enumerate(found)
    )


def earlier_flaws(path: str | None) -> tuple[EarlierFlaw, ...] | None:
    """Those of a saved report; None where none is named."""
    return None if path is None else read_earlier(_read(path, MOST_EARLIER), path)


def _read(path: str, most: int) -> bytes:
    """A file, and a byte more than `most` of one that is too large."""
    try:
        with open(path, "rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error


def listing_of_bill(bill: Bill) -> PackageListing:
    """The packages of an image, or of a directory's lock files."""
    return PackageListing(_image_name(bill), tuple(map(_subject, bill.components)))


def _image_name(bill: Bill) -> str:
    return bill.image.name if bill.image else bill.directory


def _subject(component: Component) -> JudgedPackage:
    blame = component.blame
    origin = PackageOrigin(
        component.layer,
        _place(component),
        phrases.instruction(blame),
        blame.is_base,
    )
    facts = component.facts
    named = Named(
        component.name,
        component.version,
        facts.source,
        facts.source_version,
        origin=origin,
    )
    return subject_of(component.purl, named)


def _place(component: Component) -> str:
    """The line that brought a package, or the lock file that names it."""
    if component.layer != NO_LAYER or not component.paths:
        return phrases.line(component.blame)
    return component.paths[0].decode("utf-8", "replace")


def check_vulns(listing: PackageListing, request: VulnsRequest) -> FlawReport:
    """What the database knows against the packages; a DatabaseError where it is too old."""
    now = int(time.time())
    with open_store(request.database or usual_path()) as store:
        sources = {state.ecosystem: state for state in store.sources()}
        asked = Counter(item.ecosystem for item in listing.subjects if item.ecosystem)
        age = _age(sources, asked)
        _check_all_there(sources, asked)
        _check_age(age, request.max_age, now)
        feeds = tuple(store.feeds())
        if request.needs_kev:
            _check_kev(feeds)
        known = known_against(listing.subjects, store.lookup, store.severity)
        if feeds:
            known = replace(
                known, findings=with_exploits(known.findings, store.exploits)
            )
        today = datetime.fromtimestamp(now, UTC).date()
        loud, by_vex = silenced(known.findings, request.statements, listing.name)
        findings, accepted, notes = parted(loud, request.accepted, today)
        if request.only_fixed:
            findings = [item for item in findings if item.vulnerability.fixed]
        change = None
        if request.earlier is not None:
            findings, change = compared(known.findings, findings, request.earlier)
        return FlawReport(
            listing.name,
            known.looked_up,
            tuple(findings),
            (*by_vex, *accepted),
            actions_for(findings, store.lookup),
            age,
            (*_notes(known), *notes),
            change=change,
            feeds=feeds,
        )


def _age(sources: Mapping[str, SourceState], asked: Mapping[str, int]) -> CopyAge:
    """That of the parts that were asked, of all where none of them is there."""
    if not sources:
        raise DatabaseError(f"the database of vulnerabilities is empty: {_UPDATE}")
    used = [state for name, state in sources.items() if name in asked]
    downloaded = min(state.downloaded for state in used or sources.values())
    return CopyAge(downloaded, max(state.newest for state in sources.values()))


def _check_age(age: CopyAge, days: int, now: int) -> None:
    """An old copy says nothing of what came after it, so it is never asked unnoticed."""
    old = (now - age.oldest) // _DAY
    if old >= days:
        what = "its newest record is" if age.newest < age.downloaded else "it is"
        raise DatabaseError(
            f"the copy of OSV is too old: {what} of {day(age.oldest)}, {count(old, 'day')} ago; "
            f"{_UPDATE}, or allow it with `lightship vulns --max-age {old + 1}`"
        )


def _check_kev(feeds: Iterable[FeedState]) -> None:
    """Without the catalog nothing would ever be exploited."""
    if not any(feed.name == KEV for feed in feeds):
        raise DatabaseError(
            "the database has no catalog of exploited vulnerabilities (KEV): "
            "get CISA's file and run `lightship vulns update --from "
            "known_exploited_vulnerabilities.json`"
        )


def _notes(known: Known) -> Iterator[str]:
    for reason, number in known.left_out:
        yield f"not looked up: {count(number, 'package')} with {reason}"
    if known.unsure:
        pairs = count(known.unsure, "record")
        yield f"{pairs} could not be decided: a version has no place in its ecosystem's order"


def _check_all_there(
    sources: Mapping[str, SourceState], asked: Mapping[str, int]
) -> None:
    """That nothing is known of a package whose ecosystem is not there would mislead."""
    absent = sorted(asked.keys() - sources.keys())
    if absent:
        named = " ".join(f"'{name}'" for name in absent)
        packages = count(sum(asked[name] for name in absent), "package")
        raise DatabaseError(
            f"the database has no records for {packages} of {', '.join(absent)}: "
            f"run `lightship vulns update {named}`"
        )
