"""A recorded build, or the trend of several, as Markdown for a job summary or a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.cache.misses.explained_run import (
    ExplainedRun,
    Happened,
    RunStep,
    WhyRan,
)
from lightship.cache.records.record_trend import RecordTrend, StepTrend, TrendPoint
from lightship.report.cache import run_sentences, step_phrases, trend_phrases
from lightship.report.cache.timed_tables import short, time, timed_table
from lightship.report.kit.markdown import (
    code,
    folded,
    notes,
    sentence,
    table,
    text,
    within,
)
from lightship.report.kit.view import View
from lightship.wording.counts import count

_MOST = 10  # steps in the table that is not folded
_MARKS = {
    Happened.HIT: "✅ hit",
    Happened.RAN: "🔨 ran",
    Happened.FAILED: "❌ failed",
    Happened.UNUSED: "unused",
}
_UNEXPLAINED = "❓ ran"
_RAN = ("", "line", "instruction", "time", "why")
_ALL = ("", "stage", "line", "instruction", "time", "why")
_POINTS = ("build", "date", "time", "hits", "ran for")
_STEPS = ("stage", "instruction", "ran", "time", "first", "last")
_NUMBERS = frozenset(("time", "hits", "ran for", "ran", "first", "last"))


def write_run(run: ExplainedRun, _view: View) -> Iterator[str]:
    """One sentence, at most ten steps that ran, what to do; the rest is folded."""
    yield from within(_parts(run))


def _parts(run: ExplainedRun) -> Iterator[str]:
    yield f"### Build: {text(run_sentences.verdict(run))}\n\n"
    dockerfile = code(run.dockerfile)
    yield f"{dockerfile}, {text(run_sentences.compared(run))}.\n\n"

    ran = run.ran
    shown = sorted(ran, key=_rank)[:_MOST]
    in_order = [step for step in ran if step in shown]
    yield "".join(timed_table(_RAN, map(_row, in_order), timed=_has_times(ran)))
    more = len(ran) - len(in_order)
    if more > 0:
        yield f"{count(more, 'more step')} below.\n\n"

    advice = run_sentences.to_do(run)[:_MOST]
    if advice:
        yield "**What to do**\n\n" + "".join(notes(advice))
    told = (*run_sentences.caches(run), *run.notes)
    yield "".join(folded("How this is known", notes(told)))
    every = timed_table(_ALL, map(_any_row, run.steps), timed=_has_times(ran))
    yield "".join(folded(f"All {count(len(run.steps), 'step')}", every))


def _rank(step: RunStep) -> tuple[bool, float]:
    """What the change does not explain first, then what took longest."""
    return step.why is WhyRan.CHANGE, -(step.seconds or 0.0)


def _has_times(steps: Sequence[RunStep]) -> bool:
    return any(step.seconds is not None for step in steps)


def _mark(step: RunStep) -> str:
    is_unexplained = step.why not in (WhyRan.NONE, WhyRan.CHANGE)
    if is_unexplained and step.happened is Happened.RAN:
        return _UNEXPLAINED
    return _MARKS[step.happened]


def _row(step: RunStep) -> Iterator[str]:
    yield _mark(step)
    yield from _cells(step)


def _any_row(step: RunStep) -> Iterator[str]:
    yield _mark(step)
    yield code(step_phrases.stage(step.predicted.stage))
    yield from _cells(step)


def _cells(step: RunStep) -> Iterator[str]:
    yield f"{step.predicted.line:,}"
    yield short(step_phrases.instruction(step.predicted))
    yield time(step.seconds)
    yield sentence(run_sentences.why(step))


def write_trend(trend: RecordTrend, _view: View) -> Iterator[str]:
    """The figures, a row for each build, a row for each step."""
    yield from within(_trend_parts(trend))


def _trend_parts(trend: RecordTrend) -> Iterator[str]:
    yield f"### Builds: {text(trend_phrases.verdict(trend))}\n\n"
    yield "".join(table(_STEPS, map(_step_row, trend.steps), _NUMBERS))
    points = table(_POINTS, map(_point_row, trend.points), _NUMBERS)
    yield "".join(folded(f"All {count(len(trend.points), 'build')}", points))


def _point_row(point: TrendPoint) -> Iterator[str]:
    yield code(trend_phrases.name(point))
    yield trend_phrases.date(point)
    yield time(point.seconds)
    yield f"{point.hits:,} of {point.steps:,}"
    yield time(point.ran_seconds)


def _step_row(step: StepTrend) -> Iterator[str]:
    yield code(step_phrases.stage(step.stage))
    yield short(trend_phrases.instruction(step))
    yield f"{step.ran:,} of {step.builds:,}"
    yield time(step.median)
    yield time(step.first)
    yield time(step.last)
