"""Figures of a replay, and what a change would have saved: all are counted, none is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.cache.advice.advised import Advice
from lightship.cache.advice.project_installs import installs_project_alone
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Explanation
from lightship.cache.replay.results import Fate, Replay, StepHistory
from lightship.record import record
from lightship.wording.durations import WEEK

# Share of words that two steps have in common, to be one step that was edited
_ALIKE = 0.4
_COMPARED = 100  # edited steps of one replay that are looked at
_READ = 2000  # characters of an instruction that are compared

_Pair = tuple[StepHistory, StepHistory | None]


def rebuilt(replay: Replay) -> int:
    """How often any step was rebuilt, over all commits."""
    return sum(step.rebuilt for step in replay.steps)


def steps_of_one(replay: Replay) -> str:
    """How many steps a commit's build has: `8 steps`, or `7.6 steps` where Dockerfiles differ."""
    steps = sum(map(_builds, replay.steps))
    commits = max(len(replay.commits), 1)
    average = f"{steps / commits:,.1f}".removesuffix(".0")
    noun = "step" if average == "1" else "steps"
    return f"{average} {noun}"


def _builds(step: StepHistory) -> int:
    """How many commits have this step."""
    return len(step.fates) - step.fates.count(Fate.ABSENT)


def unchanged(replay: Replay) -> int:
    """How many commits rebuilt nothing."""
    return sum(not commit.missed and not commit.failed for commit in replay.commits)


def per_commit(replay: Replay) -> float | None:
    """Seconds of one commit's build, on average."""
    if replay.seconds is None or not replay.commits:
        return None
    return replay.seconds / len(replay.commits)


def per_week(replay: Replay, seconds: float | None) -> float | None:
    """Seconds of the whole history, for one week of it; None where it is shorter than a week."""
    if seconds is None or replay.days < WEEK:
        return None
    return seconds * WEEK / replay.days


def missed(explanation: Explanation) -> int:
    """How many steps are rebuilt; a step that fails does not count."""
    missing = [step for step in explanation.steps if not step.hit]
    return sum(step.reason.cause is not Cause.FAILS for step in missing)


@record
class Saving:
    """What a change brings: the step that gains most, rebuilt steps less, seconds less.

    `before` is the step as it was, None where no step is rebuilt less; `after` as it is, None where
    it is gone. `seconds` is None without times.
    """

    before: StepHistory | None
    after: StepHistory | None
    steps: int
    seconds: float | None


def saving(advice: Advice) -> Saving:
    """What `advice` would have saved over its history."""
    old = advice.before
    new = advice.after
    gaining = [pair for pair in _pairs(advice) if _gain(pair) > 0]
    before, after = max(gaining, key=_gain, default=(None, None))

    steps = rebuilt(old) - rebuilt(new)
    if old.seconds is None or new.seconds is None:
        return Saving(before, after, steps, None)
    return Saving(before, after, steps, old.seconds - new.seconds)


def _gain(pair: _Pair) -> float:
    """The seconds that the step takes less, or the rebuilds where no time is known."""
    before, after = pair
    rebuilds = before.rebuilt
    if after:
        rebuilds -= after.rebuilt
    seconds = 1.0 if before.seconds is None else before.seconds
    return rebuilds * seconds


def _pairs(advice: Advice) -> Iterator[_Pair]:
    """Each step of before with the one of after that does its work.

    That is the one with the same text, else the most alike.
    """
    # What installs the project alone does not do the work of a whole install
    steps = advice.after.steps
    left = [step for step in steps if not installs_project_alone(step, steps)]
    edited: list[StepHistory] = []
    for step in advice.before.steps:
        place = _same(step, left)
        if place is None:
            edited.append(step)
        else:
            yield step, left.pop(place)
    for step in edited[:_COMPARED]:
        yield step, _most_alike(step, left[:_COMPARED])


def _same(step: StepHistory, steps: Sequence[StepHistory]) -> int | None:
    """The place of the step with the same stage and text."""
    for place, candidate in enumerate(steps):
        has_stage = candidate.stage == step.stage
        if has_stage and candidate.instruction == step.instruction:
            return place
    return None


def _most_alike(
    step: StepHistory,
    candidates: Sequence[StepHistory],
) -> StepHistory | None:
    scores = [_likeness(step, candidate) for candidate in candidates]
    best = max(scores, default=0.0)
    return candidates[scores.index(best)] if best >= _ALIKE else None


def _likeness(first: StepHistory, second: StepHistory) -> float:
    """The share of words in common; 0 where the two begin with different keywords."""
    words = first.instruction[:_READ].split()
    other_words = second.instruction[:_READ].split()
    if not words or not other_words:
        return 0.0
    if words[0].upper() != other_words[0].upper():
        return 0.0

    operands = set(words[1:])
    other_operands = set(other_words[1:])
    common = operands & other_operands
    either = operands | other_operands
    return len(common) / max(len(either), 1)
