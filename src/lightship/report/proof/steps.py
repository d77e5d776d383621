"""The steps of one build of each version: which of them are the same, and where they stand in time."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from statistics import median

from lightship.inspection.phrases import one_line
from lightship.proof.proof import Measured, MeasuredBuild, Proof, StepTime
from lightship.record import record
from lightship.regex import regex

MOST = 200  # steps of a build that are looked at
_PLACE = regex(r"\[([^\]]{1,200})\] ")
_NUMBER = regex(r"\s*\b\d{1,4}/\d{1,4}$")
_NOTICED = 0.1  # seconds
_ONLY = "build"  # what a single stage is called, as BuildKit gives it no name
_INTERNAL = "other"


@record
class BuildStep:
    """A step: its stage, its instruction in one line, when it began and how long it took, in seconds."""

    stage: str
    text: str
    start: float
    seconds: float
    cached: bool


def first_builds(proof: Proof) -> tuple[str, list[BuildStep], list[BuildStep]]:
    """What the first builds of a round are called, and the steps of the typical one of each version."""
    sides = (proof.before, proof.after)
    has_cold = any(built.scenario == "cold" for side in sides for built in side.builds)
    name, scenario = (
        ("a cold build", "cold") if has_cold else ("the first build", "warm")
    )
    before, after = (steps(typical(side, scenario)) for side in sides)
    return name, before, after


def typical(measured: Measured, scenario: str) -> MeasuredBuild | None:
    """The build of a scenario that took the median time, or the one that failed where none succeeded."""
    builds = [built for built in measured.builds if built.scenario == scenario]
    done = [built for built in builds if not built.error]
    if not done:
        return builds[0] if builds else None
    middle = median(built.seconds for built in done)
    return min(done, key=lambda built: abs(built.seconds - middle))


def steps(built: MeasuredBuild | None) -> list[BuildStep]:
    """The steps of a build. Those whose start is not known are laid end to end, as one stage alone is built."""
    found: list[BuildStep] = []
    at = 0.0
    for step in built.steps[:MOST] if built else ():
        start = at if step.start is None else step.start
        found.append(_step(step, max(start, 0.0)))
        at = max(at, start + step.seconds)
    return found


def _step(step: StepTime, start: float) -> BuildStep:
    """`[builder 2/5] RUN make` is of the stage builder; `[internal] load metadata` is of none."""
    place = _PLACE.match(step.name)
    seconds = max(step.seconds, 0.0)
    if place is None or place[1] == "internal":
        return BuildStep(_INTERNAL, one_line(step.name), start, seconds, step.cached)
    stage = one_line(_NUMBER.sub("", place[1])) or _ONLY
    return BuildStep(
        stage, one_line(step.name[place.end() :]), start, seconds, step.cached
    )


def told(side: Sequence[BuildStep]) -> list[BuildStep]:
    """What a person would read: the instructions, and what took time besides."""
    return [
        step for step in side if step.stage != _INTERNAL or step.seconds >= _NOTICED
    ]


def pairs(
    before: Sequence[BuildStep], after: Sequence[BuildStep]
) -> list[tuple[BuildStep | None, BuildStep | None]]:
    """Both builds side by side, in order: what has the same text stands in one row."""
    old_texts, new_texts = ([step.text for step in side] for side in (before, after))
    found: list[tuple[BuildStep | None, BuildStep | None]] = []
    for tag, first, last, start, stop in SequenceMatcher(
        None, old_texts, new_texts, autojunk=False
    ).get_opcodes():
        old, new = list(before[first:last]), list(after[start:stop])
        if tag != "equal":
            found += _uneven(old, new)
        else:
            found += zip(old, new, strict=True)
    return found


def _uneven(
    old: list[BuildStep], new: list[BuildStep]
) -> list[tuple[BuildStep | None, BuildStep | None]]:
    many = max(len(old), len(new))
    left: list[BuildStep | None] = [*old, *[None] * (many - len(old))]
    right: list[BuildStep | None] = [*new, *[None] * (many - len(new))]
    return list(zip(left, right, strict=True))
