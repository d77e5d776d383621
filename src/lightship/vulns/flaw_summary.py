"""`FlawSummary`: what another command says of the known vulnerabilities of its image."""

from __future__ import annotations

from lightship.record import record
from lightship.vulns.flaw_report import FlawReport


@record
class FlawSummary:
    """A report, or None where `obstacle` says why there is none; `command` shows all of it."""

    report: FlawReport | None
    command: str
    obstacle: str = ""
