"""What a VEX document says of each finding: its status, and the words beside it.

Nobody has looked at what is only reported, or what a configuration accepts: it is under
investigation. What VEX statements say already is said again.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from lightship import __version__
from lightship.record import record
from lightship.report.kit import flaw_phrases as phrases
from lightship.report.vulns.as_json import write_scan as write_json
from lightship.report.vulns.vulns_formats import VulnsView
from lightship.vulns.flaw_report import FlawReport
from lightship.vulns.known_vulnerabilities import KnownFlaw
from lightship.vulns.vex import UNDER_INVESTIGATION


@record
class VexRow:
    """A finding with its status."""

    finding: KnownFlaw
    status: str
    words: str


def vex_rows(scan: FlawReport) -> Iterator[VexRow]:
    """All findings, those too that are not reported."""
    for finding in scan.findings:
        yield VexRow(finding, UNDER_INVESTIGATION, phrases.fix(finding))
    for item in scan.accepted:
        if item.status:
            yield VexRow(item.finding, item.status, item.flaw.reason)
        else:
            words = f"accepted: {item.flaw.reason}"
            yield VexRow(item.finding, UNDER_INVESTIGATION, words)


def document_id(scan: FlawReport, view: VulnsView) -> UUID:
    """The same for the same content of the same time."""
    content = "".join(write_json(scan, view))
    return uuid5(NAMESPACE_URL, f"lightship {__version__} {view.time}\n{content}")
