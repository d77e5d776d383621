"""Limits of a trend: what the latest proof may have of each figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from lightship.errors import UsageError
from lightship.outcome import Outcome
from lightship.proof.proof import Proof
from lightship.record import record
from lightship.regex import regex
from lightship.report.proof.figure_phrases import amount
from lightship.report.proof.trend_lines import LINES, TrendLine, points
from lightship.wording.shares import exact_percent
from lightship.wording.sizes import read_size

USUAL = 10  # proofs before the latest, whose median is what is usual
_INCREASE = regex(r"\+?([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*%")
_TIME = regex(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|s|min|m|h)?")
_SECONDS = {"ms": 1e-3, "s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_NAMES = {"size": "content"}  # as the trend calls it


@record
class TrendLimit:
    """The most that a figure may be: `most` in its unit, or `increase` as a share of what is usual.

    `written` is the limit as the user wrote it, without the name.
    """

    line: TrendLine
    written: str
    most: float | None = None
    increase: float | None = None


def read_limit(text: str) -> TrendLimit:
    """`size=200MB`, `cold=90s`, `edit=20%`; a UsageError for anything else."""
    name, equals, after = text.partition("=")
    written = after.strip()
    line = _line_of(name.strip())
    if line is None or not equals:
        raise UsageError(
            f"invalid limit {text!r}: write size, cold, edit or start, = and the limit, "
            "such as size=200MB or cold=20%"
        )

    share = _INCREASE.fullmatch(written)
    if share is not None:
        increase = float(share[1]) / 100
        return TrendLimit(line, written, increase=increase)
    if line.unit == "bytes":
        size = read_size(written)
        return TrendLimit(line, written, most=size)

    time = _TIME.fullmatch(written)
    if time is None:
        raise UsageError(f"invalid limit {text!r}: write a time or a share, 90s or 20%")
    unit = _SECONDS[time[2] or ""]
    seconds = float(time[1]) * unit
    return TrendLimit(line, written, most=seconds)


def _line_of(name: str) -> TrendLine | None:
    key = _NAMES.get(name, name)
    for line in LINES:
        if line.key == key:
            return line
    return None


def judge_trend(
    proofs: Sequence[Proof], limits: Iterable[TrendLimit]
) -> tuple[Outcome, ...]:
    """Whether the latest proof keeps each limit; a figure that was not measured keeps none.

    An increase is counted from the median of up to ten proofs before it, and is kept where there
    are none.
    """
    by_age = sorted(proofs, key=lambda proof: proof.created)
    outcomes: list[Outcome] = []
    for limit in limits:
        values = points(by_age, limit.line)
        outcome = _outcome(limit, values)
        outcomes.append(outcome)
    return tuple(outcomes)


def _outcome(limit: TrendLimit, values: Sequence[float | None]) -> Outcome:
    name, unit = limit.line.title, limit.line.unit
    asked = _limit_words(limit)
    latest = values[-1] if values else None
    if latest is None:
        return Outcome(name, asked, "not measured", passed=False)
    figure = amount(latest, unit)
    if limit.most is not None:
        passed = latest <= limit.most
        return Outcome(name, asked, figure, passed)

    usual = _usual(values)
    if not usual:
        words = f"{figure}, with no earlier one to compare with"
        return Outcome(name, asked, words, passed=True)
    increase = latest / usual - 1
    words = f"{increase:+.1%}".replace("%", " %")
    detail = f"{amount(usual, unit)} -> {figure}"
    passed = increase <= (limit.increase or 0.0)
    return Outcome(name, asked, words, passed, (detail,))


def _usual(values: Sequence[float | None]) -> float:
    """What is usual before the latest; 0 where nothing is known."""
    before = values[-USUAL - 1 : -1]
    known = [value for value in before if value is not None]
    return median(known) if known else 0.0


def _limit_words(limit: TrendLimit) -> str:
    if limit.increase is not None:
        return f"at most {exact_percent(limit.increase)} more than usual"
    return f"at most {amount(limit.most or 0.0, limit.line.unit)}"
