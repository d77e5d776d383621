"""Figures of a replay, and what a change would have saved: all of them are counted from replays, none is guessed."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.advice.advised import Advice
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation
from lightship.cache.replay.results import Fate, Replay, StepHistory
from lightship.record import record
from lightship.wording.durations import WEEK

_ALIKE = (
    0.4  # share of words that two steps have in common, to be one step that was edited
)
_COMPARED = 100  # edited steps of one replay that are looked at


def rebuilt(replay: Replay) -> int:
    """How often any step was rebuilt, over all commits."""
    return sum(step.rebuilt for step in replay.steps)


def steps_of_one(replay: Replay) -> str:
    """How many steps a commit's build has: `8 steps`, or `7.6 steps` on average where Dockerfiles had more or less."""
    there = sum(
        len(step.fates) - step.fates.count(Fate.ABSENT) for step in replay.steps
    )
    average = f"{there / max(len(replay.commits), 1):,.1f}".removesuffix(".0")
    return f"{average} step{'' if average == '1' else 's'}"


def unchanged(replay: Replay) -> int:
    """How many commits rebuilt nothing."""
    return sum(not each.missed and not each.failed for each in replay.commits)


def per_commit(replay: Replay) -> float | None:
    """Seconds of one commit's build, on average."""
    return (
        None
        if replay.seconds is None or not replay.commits
        else replay.seconds / len(replay.commits)
    )


def per_week(replay: Replay, seconds: float | None) -> float | None:
    """So many seconds of the whole history, for one week of it; None where it is shorter than a week."""
    return (
        None if seconds is None or replay.days < WEEK else seconds * WEEK / replay.days
    )


def missed(explanation: Explanation) -> int:
    """How many steps are rebuilt; one that fails is none of them."""
    return sum(
        not step.hit and step.reason.cause is not Cause.FAILS
        for step in explanation.steps
    )


@record
class Saving:
    """What a change brings: the step that gains most as it was and as it is, rebuilt steps less, seconds less.

    `before` is None where no step is rebuilt less, `after` where the step is gone. `seconds` is None without times.
    """

    before: StepHistory | None
    after: StepHistory | None
    steps: int
    seconds: float | None


def saving(advice: Advice) -> Saving:
    """What `advice` would have saved over its history."""
    gaining = (pair for pair in _pairs(advice) if _gain(pair) > 0)
    before, after = max(gaining, key=_gain, default=(None, None))
    seconds = None
    if advice.before.seconds is not None and advice.after.seconds is not None:
        seconds = advice.before.seconds - advice.after.seconds
    return Saving(
        before, after, rebuilt(advice.before) - rebuilt(advice.after), seconds
    )


def _gain(pair: tuple[StepHistory, StepHistory | None]) -> float:
    """The seconds that the step takes less, or the rebuilds where no time is known."""
    before, after = pair
    less = before.rebuilt - (after.rebuilt if after else 0)
    return less * (1.0 if before.seconds is None else before.seconds)


def _pairs(advice: Advice) -> Iterator[tuple[StepHistory, StepHistory | None]]:
    """Each step of before with the one of after that does its work: that with the same text, else the most alike."""
    left = list(advice.after.steps)
    edited = []
    for step in advice.before.steps:
        same = next(
            (at for at, each in enumerate(left) if _key(each) == _key(step)), None
        )
        if same is None:
            edited.append(step)
        else:
            yield step, left.pop(same)
    for step in edited[:_COMPARED]:
        alike = max(left[:_COMPARED], key=lambda each: _alike(step, each), default=None)
        yield step, alike if alike and _alike(step, alike) >= _ALIKE else None


def _key(step: StepHistory) -> tuple[str, str]:
    return step.stage, step.instruction


def _alike(one: StepHistory, other: StepHistory) -> float:
    """The share of words that two instructions have in common; 0 where they begin with different keywords."""
    words, more = one.instruction[:2000].split(), other.instruction[:2000].split()
    if not words or not more or words[0].upper() != more[0].upper():
        return 0.0
    return len(set(words[1:]) & set(more[1:])) / max(
        len(set(words[1:]) | set(more[1:])), 1
    )
