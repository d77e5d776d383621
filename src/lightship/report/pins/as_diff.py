"""Pins as a diff of the files, which `git apply` takes."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.pins.pin_report import PinReport
from lightship.report.kit.diff import changes
from lightship.report.kit.view import View


def write_pins(report: PinReport, view: View) -> Iterator[str]:
    """The diff; empty where nothing changes or something failed."""
    if not report.is_failed:
        yield from changes(report.changes, view.colour)
