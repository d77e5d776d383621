"""The verdict: broken, worse, mixed, better or no difference, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from lightship.proof.figures import COUNTING
from lightship.proof.proof import Effect, Fact, Figure, Measured, Verdict, VerdictKind
from lightship.wording.sizes import size

COUNTED_FACTS = frozenset(
    ("user", "system", "healthy", "ends", "listens", "reproduced")
)
_BREAKING = frozenset(("answer", "starts"))
_BUILDS = "builds"

Reason = tuple[str, str]  # the key of a figure or fact, and the sentence


def judge(
    before: Measured, after: Measured, figures: Sequence[Figure], facts: Sequence[Fact]
) -> Verdict:
    """What a careful engineer would say.

    Broken is what does not build, does not start, or answers otherwise, where it did before. Then every figure whose
    difference is larger than its noise, and every fact that is better or worse in itself.
    """
    broken = tuple(_broken(before, after, facts))
    if broken:
        return _verdict(VerdictKind.BROKEN, broken)
    mended = tuple(_mended(before, after, facts))
    better = (*mended, *said(figures, facts, Effect.BETTER))
    worse = tuple(said(figures, facts, Effect.WORSE))
    if _failure(before) and _failure(after):
        return _verdict(
            VerdictKind.SAME, ((_BUILDS, f"neither builds: {_failure(after)}"),)
        )
    if _failure(before) and (why := _why_not_started(after)):
        return _verdict(
            VerdictKind.SAME, (("starts", f"it builds now, and does not start: {why}"),)
        )
    if better and worse:
        return _verdict(VerdictKind.MIXED, (*worse, *better))
    if worse:
        return _verdict(VerdictKind.WORSE, worse)
    if better:
        return _verdict(VerdictKind.BETTER, better)
    return Verdict(VerdictKind.SAME, ("no figure differs by more than its noise",))


def _verdict(kind: VerdictKind, found: Iterable[Reason]) -> Verdict:
    keys, reasons = zip(*found, strict=True)
    return Verdict(kind, reasons, keys)


def _failure(measured: Measured) -> str:
    """Why it does not build."""
    return next((built.error for built in measured.builds if built.error), "")


def _why_not_started(measured: Measured) -> str:
    return next((ran.error for ran in measured.runs if ran.error), "")


def _broken(
    before: Measured, after: Measured, facts: Sequence[Fact]
) -> Iterator[Reason]:
    if _failure(after):
        if not _failure(before):
            yield _BUILDS, f"the build fails: {_failure(after)}"
        return
    for fact in facts:
        if fact.key in _BREAKING and fact.change is Effect.WORSE:
            yield (
                fact.key,
                f"it does not start: {fact.after}"
                if fact.key == "starts"
                else _other_answer(fact),
            )


def _other_answer(fact: Fact) -> str:
    return f"the {fact.title} is another: {fact.before} -> {fact.after}"


def _mended(
    before: Measured, after: Measured, facts: Sequence[Fact]
) -> Iterator[Reason]:
    if _failure(before) and not _failure(after):
        yield _BUILDS, "it builds now"
    for fact in facts:
        if fact.key in _BREAKING and fact.change is Effect.BETTER:
            yield (
                fact.key,
                "it starts now"
                if fact.key == "starts"
                else f"the {fact.title} came now: {fact.after}",
            )


def said(
    figures: Sequence[Figure], facts: Sequence[Fact], change: Effect
) -> Iterator[Reason]:
    """Facts first, then figures, those that changed most in proportion first."""
    for fact in facts:
        if fact.key in COUNTED_FACTS and fact.change is change:
            yield fact.key, f"{fact.title}: {fact.before} -> {fact.after}"
    found = [each for each in figures if each.key in COUNTING and each.change is change]
    for figure in sorted(found, key=_weight, reverse=True):
        yield (
            figure.key,
            f"{figure.title}: {in_words(figure, figure.before)} -> {in_words(figure, figure.after)}",
        )


def _weight(figure: Figure) -> float:
    one, other = median(figure.before), median(figure.after)
    return max(one, other) / max(min(one, other), 1e-9)


def in_words(figure: Figure, values: Sequence[float]) -> str:
    """The median of a figure's values, with its unit."""
    value = median(values)
    if figure.unit == "bytes":
        return size(int(value))
    return f"{value:.2f} s" if figure.unit == "seconds" else f"{value:.0f}"
