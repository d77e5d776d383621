"""The gate of an image or a proof: each limit, its figure, and who contributes most to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lightship.outcome import Outcome
from lightship.report.kit.junit import JUnitCase, Suite
from lightship.report.kit.paint import GREEN, RED, paint
from lightship.report.kit.rows import cut
from lightship.report.kit.view import Screen
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_INDENT = 10  # columns before a detail
_LEAST = 20  # columns of a detail


def gate_text(outcomes: Sequence[Outcome], view: Screen) -> Iterator[str]:
    """Rows for a terminal; none where there are no limits."""
    if not outcomes:
        return
    yield f"{_verdict(outcomes, view)}\n"
    for outcome in outcomes:
        yield from _rows(outcome, view)


def gate_suite(name: str, outcomes: Iterable[Outcome]) -> Suite:
    """A suite of JUnit with a case for each limit; `name` is what was judged."""
    shown = escaped(name)
    cases = [_case(f"{shown}.gate", outcome) for outcome in outcomes]
    return Suite(f"{shown} gate", cases)


def _verdict(outcomes: Sequence[Outcome], view: Screen) -> str:
    failed = sum(not outcome.passed for outcome in outcomes)
    if not failed:
        return paint("GATE  PASSED", GREEN, view)
    limits = count(len(outcomes), "limit")
    return paint(f"GATE  FAILED, {failed} of {limits}", RED, view)


def _rows(outcome: Outcome, view: Screen) -> Iterator[str]:
    mark = paint("FAIL", RED, view)
    if outcome.passed:
        mark = paint("ok  ", GREEN, view)
    limit = escaped(outcome.limit)
    figure = escaped(outcome.figure)
    room = view.width - _INDENT
    head = cut(f"{outcome.name} {limit}: {figure}", room, _LEAST)
    yield f"  {mark}  {head}\n"
    if outcome.passed:
        return
    for row in outcome.detail:
        text = cut(escaped(row), room, _LEAST)
        yield f"{'':<{_INDENT}}{text}\n"


def _case(classname: str, outcome: Outcome) -> JUnitCase:
    name = f"{outcome.name} {outcome.limit}"
    if outcome.passed:
        return JUnitCase(classname, name)
    detail = "\n".join(map(escaped, outcome.detail))
    failure = f"{outcome.name}: {outcome.figure}"
    return JUnitCase(classname, name, failure, "limit", detail)


def gate_json(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The limits; `passed` is null without limits."""
    limits = list(map(_limit, outcomes))
    passed = None
    if limits:
        passed = all(limit["passed"] for limit in limits)
    return {"passed": passed, "limits": limits}


def _limit(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "limit": outcome.limit,
        "figure": outcome.figure,
        "passed": outcome.passed,
        "detail": list(outcome.detail),
    }
