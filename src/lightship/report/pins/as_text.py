"""Pins for people: a row for each place that is not as it should be, the diff, the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lightship.pins.pin_report import PinReport, PinResult, PinState
from lightship.report.kit.diff import changes
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.report.kit.view import View
from lightship.wording.printable import escaped

_COLOURS = {
    PinState.PINNED: GREEN,
    PinState.UNPINNED: YELLOW,
    PinState.STALE: YELLOW,
    PinState.LEFT: DIM,
    PinState.FAILED: RED,
}
_COMMANDS = (
    (PinState.UNPINNED, "pin", "pins"),
    (PinState.STALE, "update", "renews"),
    (PinState.PINNED, "pin --remove", "removes"),
)
_LONGEST_NAME = 120
_LONGEST_WHY = 500


def write_pins(report: PinReport, view: View) -> Iterator[str]:
    """The report; what changes is shown once, as a diff."""
    for problem in report.problems:
        yield f"{paint('failed', RED, view)}    {escaped(problem, _LONGEST_WHY)}\n"
    for result in report.results:
        if _is_shown(result):
            yield _row(result, view)
    if not report.is_failed and not report.is_written:
        yield from changes(report.changes, view.colour)
    yield f"{_summary(report)}\n"


def _is_shown(result: PinResult) -> bool:
    """Whether a place has a row: one that just stays as it is has none."""
    return bool(result.new or result.why)


def _row(result: PinResult, view: View) -> str:
    state = paint(f"{result.state.value:<8}", _COLOURS[result.state], view)
    line, column = result.position
    place = paint(f"{escaped(result.path)}:{line}:{column}", BOLD, view)
    text = f"{state}  {place}  {escaped(result.place.name, _LONGEST_NAME)}"
    if result.why:
        text += f": {escaped(result.why, _LONGEST_WHY)}"
    return f"{text}\n"


def _summary(report: PinReport) -> str:
    """How many there are of each state, and what becomes of them."""
    counts = report.counts
    named = [f"{counts[state]:,} {state.value}" for state in PinState if counts[state]]
    text = ", ".join(named) or "no image is named"
    if report.is_failed:
        return f"{text}; nothing is written where something failed"
    if report.is_written:
        return f"{text}; written"
    return "; ".join((text, *_hints(report)))


def _hints(report: PinReport) -> Iterator[str]:
    """Which command writes what is shown."""
    changed = Counter(result.state for result in report.results if result.new)
    for state, command, does in _COMMANDS:
        if changed[state]:
            yield f"`lightship {command} --write` {does} {changed[state]:,}"
