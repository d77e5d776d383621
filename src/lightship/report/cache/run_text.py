"""A recorded build as text: what ran, how long it took, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lightship.cache.misses.explained_run import (
    ExplainedRun,
    Happened,
    RunStep,
    WhyRan,
)
from lightship.cache.records.record_trend import RecordTrend
from lightship.report.cache import run_sentences, step_phrases
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.report.kit.rows import cut, notes, wrapped
from lightship.report.kit.view import View
from lightship.wording.durations import duration

_MARKS = {
    Happened.HIT: ("·", GREEN),
    Happened.RAN: ("#", YELLOW),
    Happened.FAILED: ("!", RED),
    Happened.UNUSED: (" ", DIM),
}
_UNEXPLAINED = ("?", RED)
_UNDER = 20  # columns before what stands under a step
_BULLET = 2


def write_run(run: ExplainedRun, view: View) -> Iterator[str]:
    """A row for each step with its reason, the caches, what to do, and the verdict."""
    steps = run.steps
    stages = {step.predicted.stage for step in steps}
    for stage, of_stage in groupby(steps, lambda step: step.predicted.stage):
        if len(stages) > 1:
            head = paint(f"STAGE {step_phrases.stage(stage)}", BOLD, view)
            yield f"{head}\n"
        for step in of_stage:
            rows = "\n".join(_step(step, view))
            yield f"{rows}\n"
    yield "\n"

    yield from _bullets("CACHES", run_sentences.caches(run), view)
    yield from _bullets("WHAT TO DO", run_sentences.to_do(run), view)
    yield from notes(run.notes, view)
    yield f"{run_sentences.compared(run)}\n{run_sentences.verdict(run)}\n"


def _step(step: RunStep, view: View) -> Iterator[str]:
    sign, colour = _MARKS[step.happened]
    is_unexplained = step.why not in (WhyRan.NONE, WhyRan.CHANGE)
    if is_unexplained:
        sign, colour = _UNEXPLAINED
    mark = paint(f"{sign} {step.happened:<8}", colour, view)
    time = "" if step.seconds is None else f"  {duration(step.seconds)}"

    predicted = step.predicted
    room = view.width - _UNDER - len(time)
    text = cut(step_phrases.instruction(predicted), room)
    yield f"{mark}  {predicted.line:>6}  {text:<{room}}{time}".rstrip()
    why = run_sentences.why(step)
    if why:
        yield from wrapped(why, _UNDER, view, colour)


def _bullets(title: str, sentences: list[str], view: View) -> Iterator[str]:
    if not sentences:
        return
    yield f"{paint(title, BOLD, view)}\n"
    for sentence in sentences:
        rows = "\n".join(wrapped(sentence, _BULLET, view, first="-"))
        yield f"{rows}\n"
    yield "\n"


def write_trend(trend: RecordTrend, view: View) -> Iterator[str]:
    """The builds, oldest first, then a row for each step."""
    from lightship.report.cache import record_trend_text  # noqa: PLC0415 - only a trend needs it

    yield from record_trend_text.write(trend, view)
