"""Whether one change of many is worth keeping, from its own proof."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from lightship.proof.figures import COUNTING
from lightship.proof.judging import COUNTED_FACTS, MeasuredChange, in_words, said
from lightship.proof.proof import Effect, Figure, VerdictKind

# More by so much, and so many times
_LARGE = {
    "seconds": (2.0, 1.25),
    "bytes": (10e6, 1.1),
    "count": (1.0, 1.0),
}
_FIRST = ("edit", "content", "dependency")


def loss(change: MeasuredChange) -> str:
    """Why a change does not pay; empty where it does.

    It pays where something is better, and nothing that is worse weighs much: a fact that is worse
    (root, killed, loopback) always does, a figure from 2 s and a quarter on, from 10 MB and a tenth
    on, or by one setuid program. So a second stage, which costs a moment at a rebuild and halves
    the image, pays.
    """
    verdict = change.verdict
    if verdict.kind not in (VerdictKind.BETTER, VerdictKind.MIXED):
        return f"{verdict.kind}: {verdict.reasons[0]}"
    for fact in change.facts:
        if fact.key in COUNTED_FACTS and fact.change is Effect.WORSE:
            return f"worse: {fact.title}: {fact.before} -> {fact.after}"
    for figure in change.figures:
        if _is_large(figure):
            return f"worse: {in_words(figure)}"
    return ""


def gain(change: MeasuredChange) -> str:
    """What is better, what people look at first."""
    better: dict[str, str] = {}
    for key, sentence in said(change.figures, change.facts, Effect.BETTER):
        better.setdefault(key, sentence)
    for key in (*_FIRST, *better):
        if key in better:
            return better[key]
    # It did not build or start before
    return change.verdict.reasons[0]


def hinges_on_time(change: MeasuredChange) -> bool:
    """Whether it is times alone, which vary, that decide about a change."""
    timeless = tuple(map(_without_time, change.figures))
    without_times = replace(change, figures=timeless)
    return bool(loss(change)) != bool(loss(without_times))


def _without_time(figure: Figure) -> Figure:
    if figure.unit != "seconds":
        return figure
    return replace(figure, change=Effect.SAME)


def _is_large(figure: Figure) -> bool:
    if figure.key not in COUNTING or figure.change is not Effect.WORSE:
        return False
    before = median(figure.before)
    after = median(figure.after)
    least, times = _LARGE[figure.unit]
    return after - before >= least and after >= before * times
