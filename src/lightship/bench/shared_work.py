"""What need not be built again, since a build of the same proof did the same already.

Two versions of which a builder does the same, two edits after which it makes the same steps again,
and steps that an intermediate state has in common with what was built before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from lightship.bench.version import Version
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.plan import Side
from lightship.errors import ParseError
from lightship.proof.measured import MeasuredBuild, StepTime
from lightship.regex import regex

# `[build 3/6] ` before an instruction: another version counts otherwise
_PLACE = regex(r"\[(?:[^\]\s]+ )?[0-9]+/[0-9]+\] ")
# Clocks of steps: one may seem to begin before the other has ended
_AT_ONCE = 0.05


def is_same_build(before: Version, after: Version) -> bool:
    """Whether a builder does the same for both, so that no time of it differs."""
    work = before.material.work.build
    return bool(work) and work == after.material.work.build


def is_same_rebuild(side: Side, first: str, second: str) -> bool:
    """Whether edits of two files make a builder do the same steps again.

    Where a stage takes files of another one, it depends on their bytes which steps those are.
    """
    try:
        moment = Moment(side.build, side.tree)
    except ParseError:
        return False
    if any(step.inputs.outputs for step in moment.keys.plan.steps):
        return False
    taken = _taking(moment, first)
    return bool(taken) and taken == _taking(moment, second)


def _taking(moment: Moment, path: str) -> set[int]:
    """The steps that take a file of the build context; none for one that is not sent."""
    if path not in moment.sent.entries:
        return set()
    selected = moment.sent.selected
    taking: set[int] = set()
    for step in moment.keys.plan.steps:
        for selection in step.inputs.selections:
            if selected[selection].holds((path,)):
                taking.add(step.number)
    return taking


def as_built_before(
    made: MeasuredBuild, builds: Iterable[MeasuredBuild]
) -> list[MeasuredBuild]:
    """The builds of a version for which a builder does the same as for another one.

    `made` is its own, which found all in the cache.
    """
    same: list[MeasuredBuild] = []
    for other in builds:
        is_first = other.scenario == "cold"
        same.append(replace(other, image=made.image) if is_first else other)
    return same


def step_seconds(build: MeasuredBuild) -> dict[str, float]:
    """What each step of a build took, by its instruction; nothing of what it found in a cache.

    A build from nothing finds base images alone, which take no time.
    """
    is_cold = build.scenario == "cold"
    made = [step for step in build.steps if is_cold or not step.cached]
    return {instruction_of(step): step.seconds for step in made}


def as_if_cold(
    made: MeasuredBuild, seconds: Mapping[str, float]
) -> MeasuredBuild | None:
    """A build with what its cached steps had taken before; None where that cannot be told.

    That is so where steps ran at the same time, or one was in the cache that no build of this proof
    has made.
    """
    cached = [step for step in made.steps if step.cached]
    names = list(map(instruction_of, cached))
    if made.error or any(name not in seconds for name in names):
        return None
    if not made.steps or _overlap(made.steps):
        return None
    before = sum(seconds[name] for name in names)
    return replace(
        made,
        scenario="cold",
        seconds=made.seconds + before,
        took=round(made.took + before, 3),
    )


def _overlap(steps: Sequence[StepTime]) -> bool:
    """Whether instructions ran at the same time: then their seconds do not add up."""
    timed: list[tuple[float, float]] = []
    for step in steps:
        if step.start is not None and _PLACE.match(step.name):
            end = step.start + step.seconds
            timed.append((step.start, end))

    timed.sort()
    neighbours = pairwise(timed)
    return any(start < end - _AT_ONCE for (_, end), (start, _) in neighbours)


def instruction_of(step: StepTime) -> str:
    """The instruction of a step, without its place."""
    return _PLACE.sub("", step.name, count=1)
