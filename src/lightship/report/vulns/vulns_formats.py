"""The formats of known vulnerabilities. Each is a module, imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lightship.record import record

if TYPE_CHECKING:
    from lightship.vulns.flaw_report import FlawReport

_START = datetime.fromtimestamp(0, UTC)
VULNS_FORMATS = {
    "text": "lightship.report.vulns.as_text",
    "json": "lightship.report.vulns.as_json",
    "sarif": "lightship.report.vulns.as_sarif",
    "markdown": "lightship.report.vulns.as_markdown",
    "junit": "lightship.report.vulns.as_junit",
    "openvex": "lightship.report.vulns.as_openvex",
    "cyclonedx-vex": "lightship.report.vulns.as_cyclonedx_vex",
}


@record
class VulnsView:
    """How text looks, whether it lists every vulnerability, and the rating that fails.

    `time` is that of documents that must have one.
    """

    colour: bool = False
    width: int = 100
    all: bool = False
    fail_on: str = "none"
    time: datetime = _START


def scan_writer(name: str) -> Callable[[FlawReport, VulnsView], Iterator[str]]:
    """The function that shows a FlawReport in a format."""
    write = import_module(VULNS_FORMATS[name]).write_scan
    return cast("Callable[[FlawReport, VulnsView], Iterator[str]]", write)
