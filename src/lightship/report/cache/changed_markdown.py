"""A change as a comment on its pull request: what it rebuilds, before anything is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import StepResult
from lightship.outcome import Outcome
from lightship.report.cache import sentences, step_phrases
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.cache.remedies import remedies
from lightship.report.cache.timed_tables import short, time, timed_table
from lightship.report.kit.markdown import (
    code,
    folded,
    notes,
    sentence,
    text,
    within,
)
from lightship.report.kit.view import View
from lightship.wording.counts import count

_MOST = 10  # steps in the table that is not folded
_MARKS = {
    "cached": "✅ cached",
    "rebuilt": "🔨 rebuilt",
    "fails": "❌ fails",
}
_REBUILT = ("line", "instruction", "time", "why")
_ALL = ("", "stage", "line", "instruction", "time", "why")
_HOW = (
    "nothing was built: BuildKit's cache keys were computed from the Dockerfile, the ignore file "
    "and the files of both versions, on a cache that the build before has filled"
)


def write(change: ExplainedChange, _view: View) -> Iterator[str]:
    """One sentence, the limits, at most ten steps, what to do; the rest is folded."""
    yield from within(_parts(change))


def _parts(change: ExplainedChange) -> Iterator[str]:
    """The comment in parts, each of them whole."""
    explanation = change.explanation
    yield f"### Cache: {text(sentences.verdict(explanation))}\n\n"
    yield _compared(change)
    yield "".join(_limits(change.outcomes))

    steps = explanation.steps
    missed = [step for step in steps if not step.hit]
    yield "".join(_rebuilt(missed))
    yield "".join(_to_do(steps))
    yield "".join(_how(explanation.notes))
    yield "".join(_every_step(steps))


def _compared(change: ExplainedChange) -> str:
    if not change.before:
        return ""
    dockerfile = code(change.dockerfile)
    return f"{dockerfile}, {text(change.after)} against {text(change.before)}.\n\n"


def _limits(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        mark = "✅" if outcome.passed else "❌"
        limit = f"**{outcome.name}** {code(outcome.limit)}"
        yield f"- {mark} {limit}: {text(outcome.figure)}\n"
    if outcomes:
        yield "\n"


def _rebuilt(missed: Sequence[StepResult]) -> Iterator[str]:
    """The steps that cost the most, in the order in which they run."""
    costliest = sorted(missed, key=_rank)[:_MOST]
    shown = [step for step in missed if step in costliest]
    rows = (_row(step) for step in shown)
    yield from timed_table(_REBUILT, rows, timed=_has_times(missed))
    more = len(missed) - len(shown)
    if more > 0:
        yield f"{count(more, 'more step')} below.\n\n"


def _rank(step: StepResult) -> tuple[float, bool, bool]:
    """What takes longest first; where that is not known, causes, and then what runs something."""
    seconds = step.seconds or 0.0
    is_cause = step.reason.cause is not Cause.PARENT
    runs = step.instruction.upper().startswith("RUN")
    return -seconds, not is_cause, not runs


def _has_times(steps: Sequence[StepResult]) -> bool:
    return any(step.seconds is not None for step in steps)


def _row(step: StepResult) -> Iterator[str]:
    yield f"{step.line:,}"
    yield short(step_phrases.instruction(step))
    yield time(step.seconds)
    yield _why(step)


def _why(step: StepResult) -> str:
    remarks: list[str] = []
    if step_phrases.mark(step) != "cached":
        remarks.append(step_phrases.reason(step.reason))
    remarks += (f"warning: {warning}" for warning in step.warnings)
    return "; ".join(map(sentence, remarks))


def _to_do(steps: Sequence[StepResult]) -> Iterator[str]:
    advice = remedies(steps)[:_MOST]
    if advice:
        yield "**What to do**\n\n"
        yield from notes(advice)


def _how(assumed: Sequence[str]) -> Iterator[str]:
    yield from folded("How this is known", notes((_HOW, *assumed)))


def _every_step(steps: Sequence[StepResult]) -> Iterator[str]:
    if not steps:
        return
    rows = (_any_row(step) for step in steps)
    every = timed_table(_ALL, rows, timed=_has_times(steps))
    yield from folded(f"All {count(len(steps), 'step')}", every)


def _any_row(step: StepResult) -> Iterator[str]:
    word = step_phrases.mark(step)
    yield _MARKS[word]
    yield code(step_phrases.stage(step.stage))
    yield from _row(step)
