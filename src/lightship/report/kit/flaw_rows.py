"""What JSON of several commands says of known vulnerabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from lightship.vulns.exploitation import EPSS, KEV
from lightship.vulns.first_actions import Action
from lightship.vulns.flaw_difference import FlawDifference
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.flaw_summary import FlawSummary
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.wording.dates import day

_NOTHING: dict[str, Any] = {
    "packages": 0,
    "affected": 0,
    "ratings": {},
    "exploited": None,
    "actions": [],
    "accepted": 0,
    "database": None,
    "notes": [],
}


def summary_row(flaws: FlawSummary) -> dict[str, Any]:
    """How many there are, what to do first, and of when the copy of OSV is."""
    report = flaws.report
    if report is None:
        return {**_NOTHING, "not_shown": flaws.obstacle, "command": flaws.command}
    return {
        "packages": report.packages,
        "affected": affected(report.findings),
        "ratings": ratings_row(report.findings),
        "exploited": exploited(report),
        "actions": list(map(action_row, report.actions)),
        "accepted": len(report.accepted),
        "database": database_row(report),
        "notes": list(report.notes),
        "not_shown": None,
        "command": flaws.command,
    }


def change_row(change: FlawDifference) -> dict[str, Any]:
    """How many each side has, which are new and gone, and of when the copy of OSV is."""
    after = change.after
    return {
        "before": _side_row(change.before),
        "after": _side_row(after),
        "added": list(map(_flaw_row, change.added)),
        "removed": list(map(_flaw_row, change.removed)),
        "database": database_row(after) if after else None,
        "not_shown": change.obstacle or None,
    }


def _side_row(report: FlawReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "packages": report.packages,
        "affected": affected(report.findings),
        "ratings": ratings_row(report.findings),
        "exploited": exploited(report),
    }


def _flaw_row(finding: KnownFlaw) -> dict[str, Any]:
    flaw = finding.vulnerability
    return {
        "id": flaw.id,
        "rating": flaw.severity.rating.label,
        "score": flaw.severity.score,
        **exploits_row(finding),
        "ecosystem": finding.package.ecosystem,
        "package": finding.package.name,
        "package_version": finding.package.version,
        "fixed": flaw.fixed or None,
        "line": finding.subjects[0].origin.line or None,
    }


def exploits_row(finding: KnownFlaw) -> dict[str, Any]:
    """Whether it is exploited, and how likely; null where the copy does not say."""
    known = finding.vulnerability.exploitation
    kev = known.kev
    listed = kev and {
        "added": kev.added,
        "due": kev.due or None,
        "ransomware": kev.is_ransomware,
    }
    scored = {"score": known.epss, "percentile": known.percentile}
    return {"kev": listed, "epss": None if known.epss is None else scored}


def exploited(report: FlawReport) -> int | None:
    """How many are known to be exploited; None without the catalog."""
    if all(feed.name != KEV for feed in report.feeds):
        return None
    return sum(finding.vulnerability.is_exploited for finding in report.findings)


def affected(findings: Iterable[KnownFlaw]) -> int:
    """How many packages have a vulnerability."""
    return len({finding.package for finding in findings})


def ratings_row(findings: Iterable[KnownFlaw]) -> dict[str, int]:
    """How many there are of each rating, the worst first."""
    counts = Counter(finding.vulnerability.severity.rating for finding in findings)
    return {rating.label: counts[rating] for rating in sorted(counts, reverse=True)}


def action_row(action: Action) -> dict[str, Any]:
    """What to do, and what goes by it."""
    return {
        "kind": action.kind.value,
        "packages": [
            {"name": name, "version": version} for name, version in action.packages
        ],
        "to": action.to or None,
        "line": action.line or None,
        "gone": action.gone,
        "total": action.total,
        "worst": action.worst.label,
        "exploited": action.exploited,
    }


def database_row(report: FlawReport) -> dict[str, str | None]:
    """Of when the copy of OSV is, and of which days its lists of exploits are."""
    days = {feed.name: feed.dated for feed in report.feeds}
    return {
        "downloaded": day(report.age.downloaded),
        "newest": day(report.age.newest),
        "kev": days.get(KEV),
        "epss": days.get(EPSS),
    }
