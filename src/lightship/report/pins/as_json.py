"""Pins as JSON, as `pins.schema.json` beside this file describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.pins.pin_report import PinReport, PinResult, PinState
from lightship.report.kit.json_stream import json_object
from lightship.report.kit.view import View

VERSION = 1


def write_pins(report: PinReport, _view: View) -> Iterator[str]:
    """A PinReport as the schema describes it."""
    counts = {state.value: report.counts[state] for state in PinState}
    yield from json_object(
        {
            "version": VERSION,
            "pins": map(_result, report.results),
            "counts": counts,
            "changed": list(report.changes),
            "written": report.is_written,
            "problems": list(report.problems),
        }
    )


def _result(result: PinResult) -> dict[str, Any]:
    place = result.place
    return {
        "path": result.path,
        "line": result.position.line,
        "column": result.position.column,
        "kind": place.kind.value,
        "name": place.name,
        "tag": place.tag or None,
        "pin": place.pin or None,
        "state": result.state.value,
        "new": result.new or None,
        "platforms": list(result.platforms),
        "why": result.why or None,
    }
