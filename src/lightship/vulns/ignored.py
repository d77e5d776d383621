"""Findings that a team accepts are not reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from lightship.record import record
from lightship.vulns.accepted_flaw import AcceptedFlaw
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.vulns.read_vex import package_name
from lightship.vulns.vex import VexStatement, silencing


@record
class Accepted:
    """A finding that is not reported, and why.

    `status` is that of the VEX statement that says so, empty where the configuration does.
    """

    finding: KnownFlaw
    flaw: AcceptedFlaw
    status: str = ""


def silenced(
    findings: Iterable[KnownFlaw], statements: Sequence[VexStatement], target: str
) -> tuple[list[KnownFlaw], list[Accepted]]:
    """What is reported, and what VEX says need not be."""
    reported: list[KnownFlaw] = []
    accepted: list[Accepted] = []
    for finding in findings:
        statement = _silencing(finding, statements, target)
        if statement is None:
            reported.append(finding)
            continue
        flaw = AcceptedFlaw(finding.vulnerability.id, statement.reason)
        accepted.append(Accepted(finding, flaw, statement.status))
    return reported, accepted


def _silencing(
    finding: KnownFlaw, statements: Sequence[VexStatement], target: str
) -> VexStatement | None:
    packages = [package_name(subject.purl) for subject in finding.subjects]
    named = [package for package in packages if package is not None]
    if not statements or len(named) < len(packages):
        return None
    return silencing(statements, target, finding.vulnerability.ids, named)


def parted(
    findings: Sequence[KnownFlaw], flaws: Sequence[AcceptedFlaw], today: date
) -> tuple[list[KnownFlaw], list[Accepted], list[str]]:
    """What is reported, what is accepted, and notes on tables that have no effect any more."""
    reported: list[KnownFlaw] = []
    accepted: list[Accepted] = []
    used: set[AcceptedFlaw] = set()
    for finding in findings:
        covering = [flaw for flaw in flaws if _covers(flaw, finding)]
        used.update(covering)
        valid = [flaw for flaw in covering if not flaw.is_over(today)]
        if valid:
            accepted.append(Accepted(finding, valid[0]))
        else:
            reported.append(finding)
    return reported, accepted, [*_notes(flaws, used, today)]


def _notes(
    flaws: Sequence[AcceptedFlaw], used: set[AcceptedFlaw], today: date
) -> Sequence[str]:
    notes = []
    for flaw in flaws:
        if flaw in used and flaw.is_over(today):
            notes.append(
                f"{flaw.id} is reported again: it was accepted until {flaw.until}"
            )
        elif flaw not in used:
            notes.append(f"{flaw.id} is accepted, but was not found: remove its table")
    return notes


def _covers(flaw: AcceptedFlaw, finding: KnownFlaw) -> bool:
    names = {subject.name for subject in finding.subjects}
    return flaw.covers(finding.vulnerability.ids, {finding.package.name, *names})
