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
_SECONDS = {
    "ms": 1e-3,
    "s": 1.0,
    "": 1.0,
    "m": 60.0,
    "min": 60.0,
    "h": 3600.0,
}
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
    before, equals, after = text.partition("=")
    name = before.strip()
    written = after.strip()
    line = _line_of(name)
    if line is None or not equals:
        raise UsageError(
            f"invalid limit {text!r}: write size, cold, edit or start, = and the limit, "
            "such as size=200MB or cold=20%"
        )

    share = _INCREASE.fullmatch(written)
    if share is not None:
        percent = float(share[1])
        increase = percent / 100
        return TrendLimit(line, written, increase=increase)
    if line.unit == "bytes":
        size = read_size(written)
        return TrendLimit(line, written, most=size)

    seconds = _seconds(written)
    if seconds is None:
        raise UsageError(f"invalid limit {text!r}: write a time or a share, 90s or 20%")
    return TrendLimit(line, written, most=seconds)


def _seconds(written: str) -> float | None:
    """A time in seconds; None for what is none."""
    time = _TIME.fullmatch(written)
    if time is None:
        return None
    number, unit = time.groups()
    factor = _SECONDS[unit or ""]
    return float(number) * factor


def _line_of(name: str) -> TrendLine | None:
    key = _NAMES.get(name, name)
    for line in LINES:
        if line.key == key:
            return line
    return None


def judge_trend(
    proofs: Sequence[Proof],
    limits: Iterable[TrendLimit],
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
    name = limit.line.title
    asked = _limit_words(limit)
    latest: float | None = None
    if values:
        latest = values[-1]
    if latest is None:
        return Outcome(name, asked, "not measured", passed=False)
    figure = amount(latest, limit.line.unit)
    if limit.most is not None:
        passed = latest <= limit.most
        return Outcome(name, asked, figure, passed)

    usual = _usual(values)
    if usual:
        return _increase_outcome(limit, latest, usual)
    words = f"{figure}, with no earlier one to compare with"
    return Outcome(name, asked, words, passed=True)


def _increase_outcome(limit: TrendLimit, latest: float, usual: float) -> Outcome:
    """Whether a figure has grown by no more than the limit says."""
    most = limit.increase or 0.0
    increase = latest / usual - 1
    percent = f"{increase:+.1%}"
    words = percent.replace("%", " %")

    unit = limit.line.unit
    old_figure = amount(usual, unit)
    new_figure = amount(latest, unit)
    detail = f"{old_figure} -> {new_figure}"
    return Outcome(
        name=limit.line.title,
        limit=_limit_words(limit),
        figure=words,
        passed=increase <= most,
        detail=(detail,),
    )


def _usual(values: Sequence[float | None]) -> float:
    """What is usual before the latest; 0 where nothing is known."""
    before = values[-USUAL - 1 : -1]
    known = [value for value in before if value is not None]
    if not known:
        return 0.0
    return median(known)


def _limit_words(limit: TrendLimit) -> str:
    if limit.increase is not None:
        share = exact_percent(limit.increase)
        return f"at most {share} more than usual"
    most = amount(limit.most or 0.0, limit.line.unit)
    return f"at most {most}"
