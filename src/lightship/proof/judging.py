"""The verdict: broken, worse, mixed, better or no difference, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from lightship.proof.facts import facts
from lightship.proof.figures import COUNTING, figures
from lightship.proof.proof import Effect, Fact, Figure, Measured, Verdict, VerdictKind
from lightship.record import record
from lightship.regex import regex
from lightship.wording.sizes import size

COUNTED_FACTS = frozenset(
    ("user", "system", "healthy", "ends", "listens", "reproduced")
)
_BREAKING = frozenset(("answer", "starts"))
_BUILDS = "builds"
_ERROR = regex(r"(?i)\berror\b|^e: ")  # `E: ` is apt's

Reason = tuple[str, str]  # the key of a figure or fact, and the sentence


@record(eq=False)
class MeasuredChange:
    """A version without a change and one with it, measured and compared."""

    before: Measured
    after: Measured
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]

    @classmethod
    def of(cls, before: Measured, after: Measured) -> MeasuredChange:
        """The comparison of two versions."""
        rows = tuple(figures(before, after))
        told = tuple(facts(before, after))
        return cls(before, after, rows, told)

    @property
    def verdict(self) -> Verdict:
        return judge(self.before, self.after, self.figures, self.facts)

    @property
    def differing(self) -> tuple[Figure, ...]:
        """The figures that are better or worse."""
        effects = (Effect.BETTER, Effect.WORSE)
        return tuple(row for row in self.figures if row.change in effects)


def judge(
    before: Measured,
    after: Measured,
    figures: Sequence[Figure],
    facts: Sequence[Fact],
) -> Verdict:
    """What a careful engineer would say.

    Broken is what does not build, does not start, or answers otherwise, where it did before. Then
    every figure whose difference is larger than its noise, and every fact that is better or worse
    in itself.
    """
    broken = list(_broken(before, after, facts))
    if broken:
        return _verdict(VerdictKind.BROKEN, broken)
    if _failure(before) and (why := _still_fails(after)):
        return _verdict(VerdictKind.SAME, [why])

    mended = _mended(before, after, facts)
    better = [*mended, *said(figures, facts, Effect.BETTER)]
    worse = list(said(figures, facts, Effect.WORSE))
    if better and worse:
        return _verdict(VerdictKind.MIXED, [*worse, *better])
    if worse:
        return _verdict(VerdictKind.WORSE, worse)
    if better:
        return _verdict(VerdictKind.BETTER, better)
    return Verdict(VerdictKind.SAME, ("no figure differs by more than its noise",))


def _verdict(kind: VerdictKind, reasons: Sequence[Reason]) -> Verdict:
    keys, sentences = zip(*reasons, strict=True)
    return Verdict(kind, sentences, keys)


def _failure(measured: Measured) -> str:
    """Why it does not build, in one line: the failed step and the line that tells most.

    That is the first line of the log with an error, else its last line.
    """
    stripped = map(str.strip, measured.build_error.splitlines())
    lines = list(filter(None, stripped))
    if not lines:
        return ""
    step, *log = lines
    if not log:
        return step
    telling = next(filter(_ERROR.search, log), log[-1])
    return f"{step}: {telling}"


def _why_not_started(measured: Measured) -> str:
    """The first error of its runs; empty where all of them started."""
    for run in measured.runs:
        if run.error:
            return run.error
    return ""


def _still_fails(after: Measured) -> Reason | None:
    """Why the second version is not better than a first one that does not build."""
    if failure := _failure(after):
        return _BUILDS, f"neither builds: {failure}"
    if why := _why_not_started(after):
        return "starts", f"it builds now but does not start: {why}"
    return None


def _broken(
    before: Measured,
    after: Measured,
    facts: Sequence[Fact],
) -> Iterator[Reason]:
    if failure := _failure(after):
        if not _failure(before):
            yield _BUILDS, f"the build fails: {failure}"
        return
    for fact in facts:
        if fact.key in _BREAKING and fact.change is Effect.WORSE:
            yield fact.key, _breaks(fact)


def _breaks(fact: Fact) -> str:
    if fact.key == "starts":
        return f"it does not start: {fact.after}"
    return f"the {fact.title} differs: {fact.before} -> {fact.after}"


def _mended(
    before: Measured,
    after: Measured,
    facts: Sequence[Fact],
) -> Iterator[Reason]:
    if _failure(before) and not _failure(after):
        yield _BUILDS, "it builds now"
    for fact in facts:
        if fact.key in _BREAKING and fact.change is Effect.BETTER:
            yield fact.key, _mends(fact)


def _mends(fact: Fact) -> str:
    if fact.key == "starts":
        return "it starts now"
    return f"the {fact.title} now succeeds: {fact.after}"


def said(
    figures: Sequence[Figure],
    facts: Sequence[Fact],
    effect: Effect,
) -> Iterator[Reason]:
    """Facts first, then figures, those that changed most in proportion first."""
    for fact in facts:
        if fact.key in COUNTED_FACTS and fact.change is effect:
            yield fact.key, f"{fact.title}: {fact.before} -> {fact.after}"

    changed = [figure for figure in figures if figure.change is effect]
    counting = [figure for figure in changed if figure.key in COUNTING]
    for figure in sorted(counting, key=_weight, reverse=True):
        yield figure.key, in_words(figure)


def _weight(figure: Figure) -> float:
    old = median(figure.before)
    new = median(figure.after)
    smaller = max(min(old, new), 1e-9)
    return max(old, new) / smaller


def in_words(figure: Figure) -> str:
    """A figure with the medians of both sides."""
    before = _amount(figure.before, figure.unit)
    after = _amount(figure.after, figure.unit)
    return f"{figure.title}: {before} -> {after}"


def _amount(values: Sequence[float], unit: str) -> str:
    value = median(values)
    if unit == "bytes":
        return size(int(value))
    if unit == "seconds":
        return f"{value:.2f} s"
    return f"{value:.0f}"
