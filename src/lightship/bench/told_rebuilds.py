"""Rebuilds of an intermediate state that need not be made: its first build tells their time.

An edit makes a builder carry out steps again that the first build of the state, or one before it,
has carried out already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lightship.bench.expected_times import EXPORTING
from lightship.bench.redone_steps import RedoneSteps, redone_steps
from lightship.bench.shared_work import instruction_of
from lightship.build import Build
from lightship.cache.plan.plan import Planned, Side
from lightship.cache.times.read_times import times_by_name
from lightship.errors import UsageError
from lightship.proof.measured import MeasuredBuild, StepTime
from lightship.record import record

_EDIT = "edit"


def is_told(side: Side, path: str) -> bool:
    """Whether steps that an edit of a file redoes take as long as they did before.

    That is not so where some run at the same time, nor where a cache mount has been filled since.
    Without a RUN among them the rebuild is as quick as what is around its steps, and is made.
    """
    redone = redone_steps(side, {_EDIT: path})
    if redone is None or not redone.is_in_a_row:
        return False
    again = list(_again(redone))
    is_slow = any(step.instruction.keyword == "RUN" for step in again)
    return is_slow and not any(_finds_files(side.build, step) for step in again)


def _again(redone: RedoneSteps) -> Iterator[Planned]:
    missed = redone.missed[_EDIT]
    return (step for step in redone.steps if step.number in missed)


def _finds_files(build: Build, step: Planned) -> bool:
    """Whether a step sees what it left in a cache mount."""
    return any(mount.type == "cache" for mount in build.mounts(step.instruction))


def told_rebuild(
    cold: MeasuredBuild,
    scenario: str,
    side: Side,
    path: str,
    seconds: Mapping[str, float],
) -> MeasuredBuild | None:
    """The rebuild after an edit: a build from nothing without the steps that are not redone.

    `seconds` are those of steps by their instructions, from earlier builds. None where the time of
    a step is not known, as with podman, which tells none.
    """
    redone = redone_steps(side, {_EDIT: path})
    if redone is None or cold.error:
        return None
    times = _times(cold.steps, seconds, side.build)
    if any(step.line not in times for step in redone.steps):
        return None

    parts = _parts(cold.steps, redone, times)
    return replace(
        cold,
        scenario=scenario,
        seconds=parts.of_rebuild(cold.seconds),
        took=parts.of_rebuild(cold.took),
        steps=(),
        image="",
    )


def _times(
    steps: Iterable[StepTime], seconds: Mapping[str, float], build: Build
) -> Mapping[int, float]:
    """What each step took, here or before, by its line."""
    named: dict[str, float] = {}
    for step in steps:
        took = seconds.get(instruction_of(step)) if step.cached else step.seconds
        if took is not None:
            named[step.name] = took
    try:
        return times_by_name(named, build, "").seconds
    except UsageError:
        return {}


@record
class _Parts:
    """Seconds of a build from nothing.

    `steps` are those of its instructions, `again` those of them that an edit redoes; `writing` are
    those in which the image is written, `rewriting` those in which that is done after the edit.
    """

    steps: float
    again: float
    writing: float
    rewriting: float

    def of_rebuild(self, whole: float) -> float:
        """What a rebuild takes of the seconds of the whole."""
        around = whole - self.steps - self.writing
        took = around + self.again + self.rewriting
        return round(max(took, 0.0), 3)


def _parts(
    steps: Iterable[StepTime], redone: RedoneSteps, times: Mapping[int, float]
) -> _Parts:
    carried_out = [step for step in steps if not step.cached]
    exports = [step for step in carried_out if step.name.startswith(EXPORTING)]
    writing = sum(step.seconds for step in exports)
    built = [step for step in carried_out if instruction_of(step) != step.name]
    written = sum(step.seconds for step in built)
    again = sum(times[step.line] for step in _again(redone))

    # What has fewer new layers takes less to write
    share = min(again / written, 1.0) if written else 1.0
    whole = sum(times[step.line] for step in redone.steps)
    return _Parts(whole, again, writing, share * writing)
