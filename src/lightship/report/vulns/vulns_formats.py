"""The formats of known vulnerabilities. Each is a module, imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lightship.record import record

if TYPE_CHECKING:
    from lightship.vulns.flaw_report import FlawReport

VULNS_FORMATS = {
    "text": "lightship.report.vulns.as_text",
    "json": "lightship.report.vulns.as_json",
    "sarif": "lightship.report.vulns.as_sarif",
    "markdown": "lightship.report.vulns.as_markdown",
    "junit": "lightship.report.vulns.as_junit",
}


@record
class VulnsView:
    """How text looks, whether it lists every vulnerability, and the rating that fails."""

    colour: bool = False
    width: int = 100
    all: bool = False
    fail_on: str = "none"


def scan_writer(name: str) -> Callable[[FlawReport, VulnsView], Iterator[str]]:
    """The function that shows a FlawReport in a format."""
    write = import_module(VULNS_FORMATS[name]).write_scan
    return cast("Callable[[FlawReport, VulnsView], Iterator[str]]", write)
