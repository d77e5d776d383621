"""Limits of a trend: what the latest proof may have of each figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from lightship.errors import UsageError
from lightship.inspection.inspection import Outcome
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
    name, equals, written = (part.strip() for part in text.partition("="))
    key = _NAMES.get(name, name)
    line = next((line for line in LINES if line.key == key), None)
    if line is None or not equals:
        raise UsageError(
            f"invalid limit {text!r}: write size, cold, edit or start, = and the limit, "
            "such as size=200MB or cold=20%"
        )
    if match := _INCREASE.fullmatch(written):
        return TrendLimit(line, written, increase=float(match[1]) / 100)
    if line.unit == "bytes":
        return TrendLimit(line, written, most=read_size(written))
    match = _TIME.fullmatch(written)
    if match is None:
        raise UsageError(f"invalid limit {text!r}: write a time or a share, 90s or 20%")
    seconds = float(match[1]) * _SECONDS[match[2] or ""]
    return TrendLimit(line, written, most=seconds)


def judge_trend(
    proofs: Sequence[Proof], limits: Iterable[TrendLimit]
) -> tuple[Outcome, ...]:
    """Whether the latest proof keeps each limit; a figure that was not measured keeps none.

    An increase is counted from the median of up to ten proofs before it, and is kept where there
    are none.
    """
    by_age = sorted(proofs, key=lambda proof: proof.created)
    return tuple(_outcome(limit, points(by_age, limit.line)) for limit in limits)


def _outcome(limit: TrendLimit, values: Sequence[float | None]) -> Outcome:
    name = limit.line.title
    latest = values[-1] if values else None
    if latest is None:
        return Outcome(name, _limit_words(limit), "not measured", passed=False)
    figure = amount(latest, limit.line.unit)
    if limit.most is not None:
        return Outcome(name, _limit_words(limit), figure, latest <= limit.most)

    known = [value for value in values[-USUAL - 1 : -1] if value is not None]
    usual = median(known) if known else 0.0
    if not usual:
        words = f"{figure}, with no earlier one to compare with"
        return Outcome(name, _limit_words(limit), words, passed=True)
    increase = latest / usual - 1
    words = f"{increase:+.1%}".replace("%", " %")
    detail = (f"{amount(usual, limit.line.unit)} -> {figure}",)
    passed = increase <= (limit.increase or 0.0)
    return Outcome(name, _limit_words(limit), words, passed, detail)


def _limit_words(limit: TrendLimit) -> str:
    if limit.increase is not None:
        return f"at most {exact_percent(limit.increase)} more than usual"
    return f"at most {amount(limit.most or 0.0, limit.line.unit)}"
