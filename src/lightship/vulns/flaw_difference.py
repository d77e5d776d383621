"""`FlawDifference`: the known vulnerabilities that a change of an image brings and removes."""

from __future__ import annotations

from lightship.record import record
from lightship.vulns.earlier_report import flaw_names
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.flaw_summary import FlawSummary
from lightship.vulns.known_vulnerabilities import KnownFlaw


@record
class FlawDifference:
    """Two reports of the same copy of OSV, or None where `obstacle` says why there are none.

    `added` are those that only `after` has, `removed` those that only `before` has, the worst
    first. What is accepted is neither.
    """

    before: FlawReport | None = None
    after: FlawReport | None = None
    added: tuple[KnownFlaw, ...] = ()
    removed: tuple[KnownFlaw, ...] = ()
    obstacle: str = ""


def flaw_difference(before: FlawSummary, after: FlawSummary) -> FlawDifference:
    """What only one of two images has, whatever version of the package has it."""
    if before.report is None or after.report is None:
        return FlawDifference(obstacle=after.obstacle or before.obstacle)
    return FlawDifference(
        before.report,
        after.report,
        _only_in(after.report, before.report),
        _only_in(before.report, after.report),
    )


def _only_in(report: FlawReport, other: FlawReport) -> tuple[KnownFlaw, ...]:
    accepted = [item.finding for item in other.accepted]
    known = {
        name for finding in (*other.findings, *accepted) for name in flaw_names(finding)
    }
    return tuple(item for item in report.findings if known.isdisjoint(flaw_names(item)))
