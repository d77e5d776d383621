"""Known vulnerabilities as OpenVEX 0.2: a draft, in which a team writes what it finds out.

With the statuses that it has then it is what `--vex` takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship import __version__
from lightship.report.kit.json_stream import json_object
from lightship.report.vulns.vex_rows import VexRow, document_id, vex_rows
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.vex import NOT_AFFECTED

_CONTEXT = "https://openvex.dev/ns/v0.2.0"


def write_scan(scan: FlawReport, view: VulnsView) -> Iterator[str]:
    """A statement for each vulnerability of a package that has a package URL."""
    yield from json_object(
        {
            "@context": _CONTEXT,
            "@id": document_id(scan, view).urn,
            "author": "lightship",
            "timestamp": view.time.isoformat(timespec="seconds"),
            "version": 1,
            "tooling": f"lightship {__version__}",
            "statements": [_statement(row) for row in vex_rows(scan)],
        }
    )


def _statement(row: VexRow) -> dict[str, Any]:
    flaw = row.finding.vulnerability
    key = "impact_statement" if row.status == NOT_AFFECTED else "status_notes"
    statement: dict[str, Any] = {
        "vulnerability": {
            "name": flaw.id,
            "description": flaw.summary or flaw.id,
            "aliases": list(flaw.ids[1:]),
        },
        "products": [{"@id": subject.purl} for subject in row.finding.subjects],
        "status": row.status,
    }
    return statement | ({key: row.words} if row.words else {})
