"""The steps of a record, by the lines of the Dockerfile that they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lightship.build import Build
from lightship.cache.misses.explained_run import Happened
from lightship.cache.records.build_record import BuildRecord
from lightship.cache.times.listed_steps import ListedStep, listed_steps
from lightship.cache.times.named_steps import StepName, StepsByName, read_name
from lightship.cache.times.recorded_step import RecordedStep

_MOST_COMPARED = 1_000_000  # texts of steps with names

Joined = dict[int, list[RecordedStep]]  # by the first line of the instruction


def joined_steps(build: Build, record: BuildRecord) -> Joined:
    """The recorded steps of each line; several where there are several platforms.

    The name decides, with its stage and place, then what provenance says of the line. Of a step
    whose text is another one, the place alone does.
    """
    listed = list(listed_steps(build))
    steps = StepsByName(listed)
    lines = {step.line: step for step in listed}
    joined: Joined = {}
    left = _MOST_COMPARED
    for recorded in record.steps:
        name = read_name(recorded.name)
        if name is None or left <= 0:
            continue
        left -= len(listed)
        step = steps.with_text(name)
        if step is None:
            step = _by_line(lines, record, recorded, name)
        if step is None:
            step = _at_place(steps, name)
        if step is not None:
            of_line = joined.setdefault(step.line, [])
            of_line.append(recorded)
    return joined


def _by_line(
    lines: Mapping[int, ListedStep],
    record: BuildRecord,
    recorded: RecordedStep,
    name: StepName,
) -> ListedStep | None:
    """The step on the line that provenance names, where it has the same keyword."""
    for digest in recorded.digests:
        line = record.lines.get(digest)
        if line is None:
            continue
        step = lines.get(line)
        if step is not None and step.keyword == name.keyword:
            return step
    return None


def _at_place(steps: StepsByName, name: StepName) -> ListedStep | None:
    step = steps.at_place(name)
    if step is None or step.keyword != name.keyword:
        return None
    return step


def what_happened(recorded: Sequence[RecordedStep]) -> Happened:
    """What became of a step; of several platforms the worst."""
    if any(step.error for step in recorded):
        return Happened.FAILED
    for step in recorded:
        has_time = step.seconds is not None
        if has_time and not step.cached:
            return Happened.RAN
    if any(step.cached for step in recorded):
        return Happened.HIT
    return Happened.UNUSED


def longest(recorded: Iterable[RecordedStep]) -> float | None:
    """The longest time of a step over its platforms; None where it did not run."""
    times: list[float] = []
    for step in recorded:
        if step.cached or step.seconds is None:
            continue
        times.append(step.seconds)
    return max(times, default=None)
