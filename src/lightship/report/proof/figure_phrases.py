"""What several formats say in the same words: values, their spread, what became of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from lightship.proof.proof import Effect, Fact, Figure, VerdictKind
from lightship.report.kit.paint import DIM, GREEN, RED, YELLOW
from lightship.wording.durations import timing
from lightship.wording.ratios import DOUBLE, factor, ratio_change, rough_percent
from lightship.wording.sizes import size

# What became of something, as a sign, a word and a colour: it is never told by the colour alone.
SIGNS = {
    Effect.BETTER: ("+", "better", GREEN),
    Effect.WORSE: ("-", "worse", RED),
    Effect.SAME: ("=", "the same", DIM),
    Effect.OTHER: ("~", "changed", YELLOW),
    Effect.UNKNOWN: ("?", "not measured", DIM),
}
COLOURS = {
    VerdictKind.BETTER: GREEN,
    VerdictKind.SAME: DIM,
    VerdictKind.MIXED: YELLOW,
    VerdictKind.WORSE: RED,
    VerdictKind.UNKNOWN: YELLOW,
    VerdictKind.BROKEN: RED,
}
MARKS = {
    VerdictKind.BETTER: "✅",
    VerdictKind.SAME: "⚪",
    VerdictKind.MIXED: "⚠️",
    VerdictKind.WORSE: "❌",
    VerdictKind.UNKNOWN: "❓",
    VerdictKind.BROKEN: "💥",
}
NAMES = {
    "cold": "cold build",
    "nothing": "nothing changed",
    "edit": "code edit",
    "dependency": "dependency edit",
    "commits": "each commit",
    "size": "size of all layers",
    "start": "first answer",
}
NO_DIFFERENCE = "no difference seen"
SPREAD = "± is half the range of the values; (a to b) are the bounds of the change"
_NOT_MEASURED = "not measured"
_SCALES = {
    "ms": 1e-3,
    "min": 60,
    "h": 3600,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "PB": 1e15,
}
_FEW = 20  # of something counted: less is told by its difference
_LEAST = 1e-9  # of a ratio that is told as a factor
_HALF = 0.5  # of before, or less, is told as a factor


# How more and less are called, and what a factor is put into, by unit.
_WORDS = {
    "bytes": ("larger", "smaller", ("{} smaller", "{} larger")),
    "seconds": ("slower", "quicker", ("{} as fast", "{} as slow")),
    "count": ("more", "fewer", ("{} fewer", "{} as many")),
}


def amount(value: float, unit: str) -> str:
    """A value in its unit: bytes, seconds, or a count."""
    if unit == "bytes":
        return size(value)
    if unit == "seconds":
        return timing(value)
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def values(figure: Figure, measured: Sequence[float]) -> str:
    """`41.3 ±1.2 s`: the median, and half of what lies between the least and the most.

    A spread that would be nothing in the digits of the median is left out.
    """
    if not measured:
        return _NOT_MEASURED
    middle = amount(median(measured), figure.unit)
    number, _, unit = middle.partition(" ")
    scale = _SCALES.get(unit, 1)
    half = (max(measured) - min(measured)) / 2 / scale

    _, _, decimals = number.partition(".")
    spread = f"{half:,.{len(decimals)}f}"
    is_nothing = not any(char in "123456789" for char in spread)
    if is_nothing or not number[-1:].isdigit():
        return middle
    return f"{number} ±{spread} {unit}".rstrip()


def sides(figure: Figure) -> tuple[str, str]:
    """The values before and after."""
    return values(figure, figure.before), values(figure, figure.after)


def name(item: Figure | Fact) -> str:
    """What a figure or a fact is called: the proof's own title where no shorter one is known."""
    if isinstance(item, Fact):
        return item.title
    return NAMES.get(item.key, item.title)


def ratio(figure: Figure) -> float | None:
    """The ratio of the medians, after to before; None where one is missing or before is nothing."""
    if not figure.before or not figure.after:
        return None
    before = median(figure.before)
    if before <= 0:
        return None
    return median(figure.after) / before


def change(figure: Figure) -> str:
    """What became of a figure: `24x as fast`, `44 % smaller`, `3 more`, `no difference seen`."""
    if figure.change is Effect.UNKNOWN or not figure.before or not figure.after:
        return _missing(figure)
    if figure.change is Effect.SAME:
        is_equal = set(figure.before) == set(figure.after)
        return "the same" if is_equal else NO_DIFFERENCE

    before = median(figure.before)
    after = median(figure.after)
    is_counted = figure.unit not in ("bytes", "seconds")
    if is_counted and min(before, after) < _FEW:
        number = amount(abs(after - before), figure.unit)
        word = "fewer" if after < before else "more"
        return f"{number} {word}"
    return difference(before, after, figure.unit)


def _missing(figure: Figure) -> str:
    """Which side was not measured, where the other was."""
    if figure.after and not figure.before:
        return f"{_NOT_MEASURED} before"
    if figure.before and not figure.after:
        return f"{_NOT_MEASURED} after"
    return _NOT_MEASURED


def brief(figure: Figure) -> str:
    """The same where there is little room: `same` where nothing differs."""
    return "same" if figure.change is Effect.SAME else change(figure)


def difference(before: float, after: float, unit: str) -> str:
    """How the second value stands to the first; a factor from 2 on, else percent."""
    if before == after:
        return "the same"
    if before <= 0:
        return f"{amount(after, unit)} instead of none"
    if after <= 0:
        return "none left"

    more, fewer, (as_few, as_many) = _WORDS.get(unit, _WORDS["count"])
    times = after / before
    if times <= _HALF:
        return as_few.format(factor(before / after))
    if times >= DOUBLE:
        return as_many.format(factor(times))
    share = rough_percent(abs(1 - times))
    word = fewer if after < before else more
    return f"{share} {word}"


def bounds(figure: Figure) -> str:
    """What the change lies between, `19x to 31x`, `-45 % to -42 %`; empty if not known."""
    low = figure.low
    high = figure.high
    if low is None or high is None or not 0 <= low <= high:
        return ""
    value = ratio(figure)
    is_halved = value is not None and value <= _HALF and high <= _HALF
    if is_halved and figure.change is not Effect.SAME:
        return _factors(low, high)
    return f"{ratio_change(low)} to {ratio_change(high)}"


def _factors(low: float, high: float) -> str:
    """`19x to 31x`; a bound so small that its factor says nothing is left open."""
    known = [bound for bound in (high, low) if bound > _LEAST]
    ends = [factor(1 / bound) for bound in known]
    if len(ends) > 1:
        return " to ".join(ends)
    return f"{ends[0]} or more" if ends else ""


def change_with_bounds(figure: Figure) -> str:
    """What became of a figure, and what that lies between."""
    text = change(figure)
    between = bounds(figure)
    return f"{text} ({between})" if between else text
