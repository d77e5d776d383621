"""Known vulnerabilities as JSON, as `vulns.schema.json` beside this file describes it.

Layers count from 0 here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.report.kit.flaw_rows import action_row, database_row, exploits_row
from lightship.report.kit.json_stream import json_object
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.earlier_report import FlawChange
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.ignored import Accepted
from lightship.vulns.judged_package import NOWHERE, JudgedPackage
from lightship.vulns.known_vulnerabilities import KnownFlaw

VERSION = 1


def write_scan(scan: FlawReport, _view: VulnsView) -> Iterator[str]:
    """A FlawReport as the schema describes it."""
    yield from json_object(
        {
            "version": VERSION,
            "target": scan.target,
            "packages": scan.packages,
            "database": database_row(scan),
            "actions": list(map(action_row, scan.actions)),
            "vulnerabilities": list(map(_finding, scan.findings)),
            "accepted": list(map(_accepted, scan.accepted)),
            "baseline": _change(scan.change) if scan.change else None,
            "notes": list(scan.notes),
        }
    )


def _finding(finding: KnownFlaw) -> dict[str, Any]:
    flaw = finding.vulnerability
    return {
        "id": flaw.id,
        "ids": list(flaw.ids),
        "records": list(flaw.records),
        "summary": flaw.summary,
        "rating": flaw.severity.rating.label,
        "score": flaw.severity.score,
        "vector": flaw.severity.vector or None,
        **exploits_row(finding),
        "ecosystem": finding.package.ecosystem,
        "package": finding.package.name,
        "package_version": finding.package.version,
        "fixed": flaw.fixed or None,
        "installed": list(map(_subject, finding.subjects)),
    }


def _subject(subject: JudgedPackage) -> dict[str, Any]:
    origin = subject.origin
    return {
        "name": subject.name,
        "version": subject.version,
        "purl": subject.purl,
        "layer": None if origin.layer == NOWHERE else origin.layer,
        "line": origin.line or None,
        "base": origin.is_base,
    }


def _accepted(accepted: Accepted) -> dict[str, Any]:
    until = accepted.flaw.until
    return {
        "id": accepted.finding.vulnerability.id,
        "package": accepted.finding.package.name,
        "reason": accepted.flaw.reason,
        "until": until.isoformat() if until else None,
        "vex": accepted.status or None,
    }


def _change(change: FlawChange) -> dict[str, Any]:
    gone = [
        {
            "id": flaw.ids[0],
            "ecosystem": flaw.ecosystem,
            "package": flaw.package,
            "package_version": flaw.version,
        }
        for flaw in change.gone
    ]
    return {"known": change.known, "gone": gone}
