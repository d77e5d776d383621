"""A trend of recorded builds as text: the builds, then each step with a strip of them."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.records.record_trend import RecordTrend, StepTrend, TrendPoint
from lightship.cache.replay.results import Fate
from lightship.report.cache import step_phrases, trend_phrases
from lightship.report.cache.strips import painted, strip
from lightship.report.kit.paint import BOLD, paint
from lightship.report.kit.rows import cut
from lightship.report.kit.view import View
from lightship.wording.durations import duration

_STRIP = 20  # columns of a strip
_BEFORE = 48  # columns before the instruction


def write(trend: RecordTrend, view: View) -> Iterator[str]:
    """A row for each build, oldest first, and for each step; the verdict last."""
    yield f"{paint('BUILDS', BOLD, view)}\n"
    yield from (f"{_point(point)}\n" for point in trend.points)
    yield f"\n{paint('STEPS', BOLD, view)}\n"
    head = f"{'builds':<{_STRIP}}  {'time':>7}  {'first':>7} {'last':>7}"
    yield f"{head}\n"
    for step in trend.steps:
        yield f"{_step(step, view)}\n"
    yield f"\n{trend_phrases.verdict(trend)}\n"


def _point(point: TrendPoint) -> str:
    name = trend_phrases.name(point)
    date = trend_phrases.date(point)
    total = _time(point.seconds)
    ran = _time(point.ran_seconds)
    hits = trend_phrases.hits(point)
    return f"{name:<40}  {date:<16}  {total:>7}  {ran:>7} of steps  {hits}".rstrip()


def _step(step: StepTrend, view: View) -> str:
    fates = "".join(
        Fate.MISS if seconds is not None else Fate.HIT for seconds in step.seconds
    )
    row = painted(f"{strip(fates, _STRIP):<{_STRIP}}", view)
    times = f"{_time(step.median):>7}  {_time(step.first):>7} {_time(step.last):>7}"
    stage = f"{step_phrases.stage(step.stage)} " if step.stage else ""
    text = cut(f"{stage}{trend_phrases.instruction(step)}", view.width - _BEFORE)
    return f"{row}  {times}  {text}"


def _time(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)
