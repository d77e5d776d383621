"""What the pages of images say of known vulnerabilities: None where they were not looked for."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.report.image.html.data import ROWS
from lightship.report.kit import flaw_phrases as phrases
from lightship.report.kit.html.data import Cells, Data, table
from lightship.report.kit.html.page_text import lines, shown
from lightship.vulns.flaw_difference import FlawDifference
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.flaw_summary import FlawSummary
from lightship.vulns.known_vulnerabilities import KnownFlaw

_ADDED, _REMOVED = "added", "removed"


def flaws_data(flaws: FlawSummary | None) -> Data | None:
    """How many there are, what to do first, and each of them, the worst first."""
    if flaws is None:
        return None
    report = flaws.report
    findings = report.findings if report else ()
    actions = map(phrases.action, report.actions) if report else ()
    return {
        "summary": lines(phrases.summary(flaws)),
        "actions": list(map(shown, actions)),
        "command": shown(flaws.command) if findings else "",
        "age": _age(report),
        "exploits": bool(report and report.feeds),
        "found": table(map(_flaw, findings[:ROWS]), len(findings)),
    }


def flaw_change_data(change: FlawDifference | None) -> Data | None:
    """How many are new and gone, and each of them."""
    if change is None:
        return None
    rows = [
        *_changed(_ADDED, change.added),
        *_changed(_REMOVED, change.removed),
    ]
    return {
        "summary": lines(phrases.difference(change)),
        "age": _age(change.after),
        "exploits": bool(change.after and change.after.feeds),
        "found": table(rows[:ROWS], len(rows)),
    }


def _age(report: FlawReport | None) -> str:
    return phrases.age(report) if report else ""


def _changed(state: str, findings: Iterable[KnownFlaw]) -> list[Cells]:
    return [[state, *_flaw(finding)] for finding in findings]


def _flaw(finding: KnownFlaw) -> Cells:
    flaw = finding.vulnerability
    package = finding.package
    return [
        flaw.severity.rating.label,
        flaw.severity.score,
        shown(flaw.id),
        shown(package.name),
        shown(package.version),
        shown(flaw.fixed),
        shown(phrases.place(finding)),
        shown(flaw.summary),
        shown(phrases.exploits(finding)),
    ]
