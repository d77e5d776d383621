"""How times and hits developed over several recorded builds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from statistics import median

from lightship.cache.records.build_record import BuildRecord
from lightship.cache.times.named_steps import StepName, read_name
from lightship.cache.times.recorded_step import RecordedStep
from lightship.record import record

_MOST_STEPS = 1_000  # rows

_Key = tuple[str, str]  # the name of a stage, and the text of a step
_Spot = tuple[str, int, str]  # the name of a stage, the number in it, and the keyword


@record
class TrendPoint:
    """One build.

    `steps` are those of its Dockerfile, `hits` how many of them were in the cache. `seconds` is how
    long the whole build took, `ran_seconds` the sum of its steps. `started` is in seconds since
    1970. `number` is its place in a file with several builds, from 1. What is not known is None,
    empty, or 0.
    """

    name: str
    steps: int
    hits: int
    ran_seconds: float
    seconds: float | None = None
    started: float | None = None
    revision: str = ""
    number: int = 0


@record
class StepTrend:
    """One step over the builds: its `seconds` in each, None where it was a hit or not there.

    `builds` is how many have it, `ran` how many ran it.
    """

    stage: str
    instruction: str
    builds: int
    ran: int
    seconds: tuple[float | None, ...]

    @property
    def known(self) -> tuple[float, ...]:
        """The times that are known, in their order."""
        return tuple(seconds for seconds in self.seconds if seconds is not None)

    @property
    def median(self) -> float | None:
        known = self.known
        return median(known) if known else None

    @property
    def first(self) -> float | None:
        known = self.known
        return known[0] if known else None

    @property
    def last(self) -> float | None:
        known = self.known
        return known[-1] if known else None


@record(eq=False)
class RecordTrend:
    """Builds in the order in which they were, and their steps by stage and place."""

    points: tuple[TrendPoint, ...]
    steps: tuple[StepTrend, ...]


@record(eq=False, frozen=False)
class _TrendRow:
    """One step while the builds are gone through."""

    stage: str
    text: str
    spot: _Spot
    builds: int = 0
    ran: int = 0
    seconds: dict[int, float] = field(default_factory=dict)


def record_trend(named: Sequence[tuple[str, BuildRecord]]) -> RecordTrend:
    """The trend of records, each with its name; in their order where their times are not known."""
    builds = list(named)
    starts = [found.started for _name, found in builds]
    if None not in starts:
        builds.sort(key=_start)

    rows: dict[_Key, _TrendRow] = {}
    points: list[TrendPoint] = []
    for number, (name, found) in enumerate(builds):
        steps = list(_steps(found))
        points.append(_point(name, found, [recorded for _name, recorded in steps]))
        _take(rows, number, steps)

    count = len(builds)
    trends = tuple(_trend(row, count) for row in _in_order(list(rows.values())))
    return RecordTrend(tuple(points), trends)


def _in_order(rows: Sequence[_TrendRow]) -> list[_TrendRow]:
    """By stage, as they are first met, and place."""
    stages = list(dict.fromkeys(row.stage for row in rows))

    def place(row: _TrendRow) -> tuple[int, int]:
        _stage, number, _keyword = row.spot
        return stages.index(row.stage), number

    return sorted(rows, key=place)


def _start(build: tuple[str, BuildRecord]) -> float:
    _name, found = build
    return found.started or 0.0


def _steps(found: BuildRecord) -> Iterator[tuple[StepName, RecordedStep]]:
    """The steps of the Dockerfile that ran or were hits."""
    for recorded in found.steps:
        name = read_name(recorded.name)
        was_reached = recorded.cached or recorded.ran
        if name is None or name.keyword == "FROM" or not was_reached:
            continue
        yield name, recorded


def _point(name: str, found: BuildRecord, steps: Sequence[RecordedStep]) -> TrendPoint:
    hits = sum(step.cached for step in steps)
    times = [step.seconds for step in steps if not step.cached]
    ran = sum(seconds for seconds in times if seconds is not None)
    return TrendPoint(
        name,
        len(steps),
        hits,
        round(ran, 3),
        found.seconds,
        found.started,
        found.revision,
        found.number,
    )


def _take(
    rows: dict[_Key, _TrendRow],
    number: int,
    steps: Sequence[tuple[StepName, RecordedStep]],
) -> None:
    """The steps of one build: each goes to the row of its text, else to that of its place."""
    keys = {(name.place.stage, name.shown) for name, _recorded in steps}
    left = {row.spot: key for key, row in rows.items() if key not in keys}
    for name, recorded in steps:
        key = (name.place.stage, name.shown)
        spot = (name.place.stage, name.place.number, name.keyword)
        row = rows.get(key)
        if row is None and spot in left:
            # The instruction was edited, or a variable in it has another value
            row = rows.pop(left.pop(spot))
            row.text = name.shown
            rows[key] = row
        if row is None:
            if len(rows) >= _MOST_STEPS:
                continue
            row = rows.setdefault(key, _TrendRow(name.place.stage, name.shown, spot))
        row.spot = spot
        row.builds += 1
        row.ran += not recorded.cached
        if recorded.seconds is not None and not recorded.cached:
            row.seconds[number] = recorded.seconds


def _trend(row: _TrendRow, count: int) -> StepTrend:
    seconds = tuple(row.seconds.get(number) for number in range(count))
    return StepTrend(row.stage, row.text, row.builds, row.ran, seconds)
