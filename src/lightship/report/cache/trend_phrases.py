"""What is said of a trend of recorded builds, in several formats."""

from __future__ import annotations

from datetime import UTC, datetime

from lightship.cache.records.record_trend import RecordTrend, StepTrend, TrendPoint
from lightship.inspection.phrases import one_line
from lightship.wording.counts import count
from lightship.wording.durations import duration
from lightship.wording.printable import escaped, shortened
from lightship.wording.shares import percent_of

_ID = 10  # characters of a commit
_NAME = 40  # characters of the name of a file
_LONGEST = 400  # characters of an instruction


def verdict(trend: RecordTrend) -> str:
    """`12 builds: 63 % of 96 steps were hits, 31 s a build; the last one 4.1 s`."""
    points = trend.points
    steps = sum(point.steps for point in points)
    hits = sum(point.hits for point in points)
    if not steps:
        return f"{count(len(points), 'build')} without steps"
    mean = sum(point.ran_seconds for point in points) / len(points)
    last = points[-1].ran_seconds
    return (
        f"{count(len(points), 'build')}: {percent_of(hits, steps)} of {count(steps, 'step')} "
        f"were hits, {duration(mean)} of steps a build, {duration(last)} in the last"
    )


def name(point: TrendPoint) -> str:
    """The commit that was built, else the name of the file; its number among several in it."""
    number = f", build {point.number}" if point.number else ""
    if point.revision:
        return escaped(point.revision[:_ID]) + number
    return shortened(escaped(point.name), _NAME - len(number)) + number


def hits(point: TrendPoint) -> str:
    """`2 of 9 steps hit`."""
    return f"{point.hits:,} of {count(point.steps, 'step')} hit"


def date(point: TrendPoint) -> str:
    """The day and time in UTC; empty where they are not known."""
    if point.started is None:
        return ""
    try:
        moment = datetime.fromtimestamp(point.started, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.strftime("%Y-%m-%d %H:%M")


def instruction(step: StepTrend) -> str:
    """The instruction on one line, without secrets."""
    return shortened(one_line(step.instruction), _LONGEST)
