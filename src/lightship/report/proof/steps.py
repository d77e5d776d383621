"""The steps of one build of each version: which are the same, and when they ran."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from statistics import median

from lightship.inspection.phrases import one_line
from lightship.proof.measured import Measured, MeasuredBuild, StepTime
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.regex import regex

MOST = 200  # steps of a build that are looked at
_PLACE = regex(r"\[([^\]]{1,200})\] ")
_NUMBER = regex(r"(?<!\s)\s*+\b\d{1,4}/\d{1,4}$")
_NOTICED = 0.1  # seconds
_ONLY = "build"  # what a single stage is called, as BuildKit gives it no name
_INTERNAL = "other"


@record
class BuildStep:
    """A step: its stage, its instruction in one line, when it began and how long it took.

    `start` is in seconds from the start of the build.
    """

    stage: str
    text: str
    start: float
    seconds: float
    cached: bool


StepPair = tuple[BuildStep | None, BuildStep | None]


def first_builds(proof: Proof) -> tuple[str, list[BuildStep], list[BuildStep]]:
    """What the first builds of a round are called, and the steps of the typical one of each."""
    builds = (*proof.before.builds, *proof.after.builds)
    name = "the first build"
    scenario = "warm"
    if any(build.scenario == "cold" for build in builds):
        name = "a cold build"
        scenario = "cold"

    before = steps(typical(proof.before, scenario))
    after = steps(typical(proof.after, scenario))
    return name, before, after


def typical(measured: Measured, scenario: str) -> MeasuredBuild | None:
    """The build of a scenario that took the median time; one that failed where none succeeded."""
    builds = [build for build in measured.builds if build.scenario == scenario]
    done = [build for build in builds if not build.error]
    if not done:
        return builds[0] if builds else None
    middle = median(build.seconds for build in done)
    return min(done, key=lambda build: abs(build.seconds - middle))


def steps(build: MeasuredBuild | None) -> list[BuildStep]:
    """The steps of a build.

    Those whose start is not known are laid end to end, as one stage alone is built.
    """
    if build is None:
        return []
    laid: list[BuildStep] = []
    end = 0.0
    for step in build.steps[:MOST]:
        start = end if step.start is None else step.start
        laid.append(_step(step, max(start, 0.0)))
        end = max(end, start + step.seconds)
    return laid


def _step(step: StepTime, start: float) -> BuildStep:
    """`[builder 2/5] RUN make` is of the stage builder; `[internal] load metadata` is of none."""
    stage = _INTERNAL
    text = step.name
    place = _PLACE.match(step.name)
    if place is not None and place[1] != "internal":
        stage = one_line(_NUMBER.sub("", place[1])) or _ONLY
        text = step.name[place.end() :]
    seconds = max(step.seconds, 0.0)
    return BuildStep(stage, one_line(text), start, seconds, step.cached)


def worth_reading(side: Sequence[BuildStep]) -> list[BuildStep]:
    """What a person would read: the instructions, and what took time besides."""
    return [step for step in side if _is_worth_reading(step)]


def _is_worth_reading(step: BuildStep) -> bool:
    return step.stage != _INTERNAL or step.seconds >= _NOTICED


def pairs(before: Sequence[BuildStep], after: Sequence[BuildStep]) -> list[StepPair]:
    """Both builds side by side, in order: steps with the same text share a row."""
    return list(_pairs(before, after))


def _pairs(
    before: Sequence[BuildStep],
    after: Sequence[BuildStep],
) -> Iterator[StepPair]:
    old_texts = [step.text for step in before]
    new_texts = [step.text for step in after]
    matcher = SequenceMatcher(None, old_texts, new_texts, autojunk=False)
    for _tag, first, last, start, stop in matcher.get_opcodes():
        old_steps = before[first:last]
        new_steps = after[start:stop]
        yield from zip_longest(old_steps, new_steps)
