"""The verdict: broken, cannot tell, worse, mixed, better or no difference, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from lightship.proof.facts import ANSWERED, NOT_HEALTHY, facts
from lightship.proof.figures import COUNTING, figures
from lightship.proof.measured import Measured
from lightship.proof.proof import Effect, Fact, Figure, Verdict, VerdictKind
from lightship.record import record
from lightship.regex import regex
from lightship.wording.sizes import size

COUNTED_FACTS = frozenset(
    """user system healthy ends listens reproduced ports log slow header hardening""".split()
)
_BREAKING = frozenset(("answer", "expected", "header", "starts", "listens", "ports"))
_MENDING = frozenset(("answer", "expected", "starts"))
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
    def of(cls, before: Measured, after: Measured, looks: int = 1) -> MeasuredChange:
        """The comparison of two versions, whose values may have been looked at several times."""
        rows = tuple(figures(before, after, looks))
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

    Broken is what does not build, does not start, or answers otherwise, where it did before, fails
    its health check or cannot be reached. Where neither version builds or starts, or one is not
    built since a host was not reached, nothing can be told of the change. Then every figure whose
    difference is larger than its noise, and every fact that is better or worse in itself.
    """
    if unreached := _unreached(before, after):
        return _verdict(VerdictKind.UNKNOWN, [(_BUILDS, unreached)])
    neither = not _failure(after) and _why_neither_starts(before, after)
    broken = [] if neither else list(_broken(before, after, facts))
    if broken:
        return _verdict(VerdictKind.BROKEN, broken)
    if unknown := _why_unknown(before, after):
        return _verdict(VerdictKind.UNKNOWN, [unknown])

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


def _unreached(before: Measured, after: Measured) -> str:
    """That one version was not built for a reason that is not its own; empty where it was."""
    for side, other in ((before, after), (after, before)):
        if side.unreached and not other.build_error:
            return (
                f"{side.source} was not built, a host was not reached: {side.unreached}"
            )
    return ""


def _why_not_started(measured: Measured) -> str:
    """The first error of its runs; empty where one of them started."""
    errors = [run.error for run in measured.runs]
    return errors[0] if errors and all(errors) else ""


def _why_not_asked(*sides: Measured) -> str:
    """Why nobody can tell whether one of two versions started; empty where that is known."""
    for side in sides:
        for run in side.runs:
            if run.unknown:
                return run.unknown
    return ""


def _why_neither_starts(before: Measured, after: Measured) -> str:
    """That no run of either version started, and why; empty where one did.

    What such runs answered before they ended tells nothing.
    """
    why = _why_not_started(after)
    return f"neither starts: {why}" if why and _why_not_started(before) else ""


def _why_unknown(before: Measured, after: Measured) -> Reason | None:
    """Why nothing can be told: neither version came as far as what is compared."""
    failure = _failure(after)
    why = _why_not_started(after)
    if _failure(before):
        if failure:
            return _BUILDS, f"neither builds: {failure}"
        if why:
            return "starts", f"it builds now but does not start: {why}"
    elif neither := _why_neither_starts(before, after):
        return "starts", neither
    if unknown := _why_not_asked(before, after):
        return "starts", unknown
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
        if fact.change is Effect.WORSE and _is_breaking(fact):
            yield fact.key, _breaks(fact)


def _is_breaking(fact: Fact) -> bool:
    """Whether what is worse is the end of it: nobody uses what is not healthy or out of reach."""
    if fact.key == "healthy":
        return fact.after == NOT_HEALTHY
    return fact.key in _BREAKING


def _breaks(fact: Fact) -> str:
    if fact.key == "starts":
        what = "does not keep running" if fact.note == ANSWERED else "does not start"
        return f"it {what}: {fact.after}"
    if fact.key == "healthy":
        return f"its health check fails: {fact.before} -> {fact.after}"
    if fact.key == "listens":
        return "it listens on loopback only, where nothing outside the container reaches it"
    if fact.key == "ports":
        return f"a port is no longer served: {fact.before} -> {fact.after}"
    if fact.key == "expected":
        return f"{fact.title}: {fact.after}"
    return f"the {fact.title} differs: {fact.before} -> {fact.after}"


def _mended(
    before: Measured,
    after: Measured,
    facts: Sequence[Fact],
) -> Iterator[Reason]:
    if _failure(before) and not _failure(after):
        yield _BUILDS, "it builds now"
    for fact in facts:
        if fact.key in _MENDING and fact.change is Effect.BETTER:
            yield fact.key, _mends(fact)


def _mends(fact: Fact) -> str:
    if fact.key == "starts":
        return "it starts now"
    if fact.key == "expected":
        return f"{fact.title} is met now"
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
