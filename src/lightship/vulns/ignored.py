"""Findings that a team accepts are not reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lightship.record import record
from lightship.vulns.accepted_flaw import AcceptedFlaw
from lightship.vulns.known_vulnerabilities import KnownFlaw


@record
class Accepted:
    """A finding that is not reported, and why."""

    finding: KnownFlaw
    flaw: AcceptedFlaw


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
