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
        found = steps.with_text(name) or _by_line(lines, record, recorded, name)
        if found is None:
            found = _at_place(steps, name)
        if found is not None:
            joined.setdefault(found.line, []).append(recorded)
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
        found = lines.get(line) if line is not None else None
        if found is not None and found.keyword == name.keyword:
            return found
    return None


def _at_place(steps: StepsByName, name: StepName) -> ListedStep | None:
    found = steps.at_place(name)
    if found is None or found.keyword != name.keyword:
        return None
    return found


def what_happened(recorded: Sequence[RecordedStep]) -> Happened:
    """What became of a step; of several platforms the worst."""
    if any(step.error for step in recorded):
        return Happened.FAILED
    if any(step.seconds is not None and not step.cached for step in recorded):
        return Happened.RAN
    if any(step.cached for step in recorded):
        return Happened.HIT
    return Happened.UNUSED


def longest(recorded: Iterable[RecordedStep]) -> float | None:
    """The longest time of a step over its platforms; None where it did not run."""
    times = [step.seconds for step in recorded if not step.cached]
    known = [seconds for seconds in times if seconds is not None]
    return max(known, default=None)
