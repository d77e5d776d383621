"""Text for a terminal: the steps of a build, a history as strips, advice with its diff.

Nothing is told by colour alone, and nothing that a repository says reaches the terminal as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lightship.cache.advice.advised import Advised
from lightship.cache.explain.explanation import StepResult
from lightship.cache.replay.results import Replay
from lightship.report.cache import sentences, step_phrases
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.kit.gate_report import gate_text
from lightship.report.kit.paint import BOLD, GREEN, RED, YELLOW, paint
from lightship.report.kit.rows import cut, notes, wrapped
from lightship.report.kit.view import View
from lightship.wording.durations import duration

_MARKS = {
    "cached": ("·", GREEN),
    "rebuilt": ("#", YELLOW),
    "fails": ("!", RED),
}
_UNDER = 20  # columns before what stands under a step


def write_change(change: ExplainedChange, view: View) -> Iterator[str]:
    """A row for each step, the reason under each miss, how many there are, and the limits."""
    explanation = change.explanation
    steps = explanation.steps
    stages = {step.stage for step in steps}
    for stage, of_stage in groupby(steps, lambda step: step.stage):
        if len(stages) > 1:
            name = step_phrases.stage(stage)
            head = paint(f"STAGE {name}", BOLD, view)
            yield f"{head}\n"
        for step in of_stage:
            rows = "\n".join(_step(step, view))
            yield f"{rows}\n"
    if steps:
        yield "\n"

    yield from notes(explanation.notes, view)
    yield f"{sentences.verdict(explanation)}\n"
    yield from gate_text(change.outcomes, view)


def _step(step: StepResult, view: View) -> Iterator[str]:
    word = step_phrases.mark(step)
    sign, colour = _MARKS[word]
    mark = paint(f"{sign} {word:<8}", colour, view)
    time = "" if step.seconds is None else f"  {duration(step.seconds)}"

    room = view.width - _UNDER - len(time)
    text = cut(step_phrases.instruction(step), room)
    yield f"{mark}  {step.line:>6}  {text:<{room}}{time}".rstrip()

    if word != "cached":
        reason = step_phrases.reason(step.reason)
        yield from wrapped(reason, _UNDER, view, colour)
    for warning in step.warnings:
        yield from wrapped(f"warning: {warning}", _UNDER, view, YELLOW)


def write_replay(replay: Replay, view: View) -> Iterator[str]:
    """The history: steps with strips, costly files, needless rebuilds, times."""
    from lightship.report.cache import replayed_text  # noqa: PLC0415 - only a replay needs it

    yield from replayed_text.write(replay, view)


def write_advice(advised: Advised, view: View) -> Iterator[str]:
    """The advice, each with its claim and its diff, and what all of it brings."""
    from lightship.report.cache import advised_text  # noqa: PLC0415 - only advice needs it

    yield from advised_text.write(advised, view)
