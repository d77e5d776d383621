"""Whether one change of many is worth keeping, from its own proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from lightship.proof.figures import COUNTING
from lightship.proof.judging import COUNTED_FACTS, in_words, judge, said
from lightship.proof.proof import Effect, Fact, Figure, Measured, VerdictKind

_LARGE = {
    "seconds": (2.0, 1.25),
    "bytes": (10e6, 1.1),
    "count": (1.0, 1.0),
}  # more by so much, and so many times

_FIRST = ("edit", "content", "dependency")


def loss(
    before: Measured, after: Measured, figures: Sequence[Figure], facts: Sequence[Fact]
) -> str:
    """Why a change does not pay; empty where it does.

    It pays where something is better, and nothing that is worse weighs much: a fact that is worse (root, killed,
    loopback) always does, a figure from 2 s and a quarter on, from 10 MB and a tenth on, or by one setuid program.
    So a second stage, which costs a moment at a rebuild and halves the image, pays.
    """
    verdict = judge(before, after, figures, facts)
    if verdict.kind not in (VerdictKind.BETTER, VerdictKind.MIXED):
        return f"{verdict.kind}: {verdict.reasons[0]}"
    for fact in facts:
        if fact.key in COUNTED_FACTS and fact.change is Effect.WORSE:
            return f"worse: {fact.title}: {fact.before} -> {fact.after}"
    large = next((figure for figure in figures if _is_large(figure)), None)
    if large is not None:
        return f"worse: {large.title}: {in_words(large, large.before)} -> {in_words(large, large.after)}"
    return ""


def gain(
    before: Measured, after: Measured, figures: Sequence[Figure], facts: Sequence[Fact]
) -> str:
    """What is better, what people look at first."""
    found = dict(reversed(tuple(said(figures, facts, Effect.BETTER))))
    mended = judge(before, after, figures, facts).reasons[
        0
    ]  # where it did not build before
    return next(
        (found[key] for key in (*_FIRST, *reversed(found)) if key in found), mended
    )


def hinges_on_time(
    before: Measured, after: Measured, figures: Sequence[Figure], facts: Sequence[Fact]
) -> bool:
    """Whether it is times alone, which vary, that decide about a change."""
    still = [
        replace(each, change=Effect.SAME) if each.unit == "seconds" else each
        for each in figures
    ]
    return bool(loss(before, after, figures, facts)) != bool(
        loss(before, after, still, facts)
    )


def _is_large(figure: Figure) -> bool:
    if figure.key not in COUNTING or figure.change is not Effect.WORSE:
        return False
    one, other = median(figure.before), median(figure.after)
    least, times = _LARGE[figure.unit]
    return other - one >= least and other >= one * times
