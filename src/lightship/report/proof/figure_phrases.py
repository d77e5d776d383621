"""What several formats say in the same words: values, their spread, what became of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from lightship.proof.proof import Effect, Fact, Figure, VerdictKind
from lightship.report.kit.paint import DIM, GREEN, RED, YELLOW
from lightship.wording.durations import timing
from lightship.wording.ratios import factor, ratio_change, rough_percent
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
    VerdictKind.BROKEN: RED,
}
MARKS = {
    VerdictKind.BETTER: "✅",
    VerdictKind.SAME: "⚪",
    VerdictKind.MIXED: "⚠️",
    VerdictKind.WORSE: "❌",
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
SPREAD = "± is half of what lies between the least and the most of the values; (a to b) bounds the change with 95 %"
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


def amount(value: float, unit: str) -> str:
    """A value in its unit: bytes, seconds, or a count."""
    if unit == "bytes":
        return size(value)
    if unit == "seconds":
        return timing(value)
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def values(figure: Figure, found: Sequence[float]) -> str:
    """`41.3 ±1.2 s`: the median, and half of what lies between the least and the most, where it is not nothing."""
    if not found:
        return "not measured"
    middle = amount(median(found), figure.unit)
    digits, _, unit = middle.partition(" ")
    half = (max(found) - min(found)) / 2 / _SCALES.get(unit, 1)
    spread = f"{half:,.{len(digits.partition('.')[2])}f}"
    is_seen = digits[-1:].isdigit() and any(char in "123456789" for char in spread)
    return f"{digits} ±{spread} {unit}".rstrip() if is_seen else middle


def name(figure: Figure | Fact) -> str:
    """What a figure or a fact is called; it is the proof's own title where no shorter one is known."""
    return (
        NAMES.get(figure.key, figure.title)
        if isinstance(figure, Figure)
        else figure.title
    )


def ratio(figure: Figure) -> float | None:
    """The ratio of the medians, after to before; None where one is missing, or before is nothing."""
    if not figure.before or not figure.after or median(figure.before) <= 0:
        return None
    return median(figure.after) / median(figure.before)


def change(figure: Figure) -> str:
    """What became of a figure: `24x as fast`, `44 % smaller`, `3 more`, `no difference seen`."""
    if figure.change is Effect.UNKNOWN or not figure.before or not figure.after:
        missing = [
            word
            for word, found in (("before", figure.before), ("after", figure.after))
            if not found
        ]
        return (
            " ".join(("not measured", *missing))
            if len(missing) == 1
            else "not measured"
        )
    one, other = median(figure.before), median(figure.after)
    if figure.change is Effect.SAME:
        return "the same" if set(figure.before) == set(figure.after) else NO_DIFFERENCE
    if figure.unit not in ("bytes", "seconds") and min(one, other) < _FEW:
        return f"{amount(abs(other - one), figure.unit)} {'fewer' if other < one else 'more'}"
    return difference(one, other, figure.unit)


def brief(figure: Figure) -> str:
    """The same where there is little room: `same` for what is no difference."""
    return "same" if figure.change is Effect.SAME else change(figure)


def difference(one: float, other: float, unit: str) -> str:
    """How the second value stands to the first, in words; a factor from 2 on, else percent."""
    more, fewer, as_much = _WORDS.get(unit, _WORDS["count"])
    if one == other:
        return "the same"
    if one <= 0:
        return f"{amount(other, unit)} instead of none"
    if other <= 0:
        return "none any more"
    if other / one <= _HALF:
        return as_much[0].format(factor(one / other))
    if other / one >= 1 / _HALF:
        return as_much[1].format(factor(other / one))
    return f"{rough_percent(abs(1 - other / one))} {fewer if other < one else more}"


_WORDS = {
    "bytes": ("larger", "smaller", ("{} smaller", "{} larger")),
    "seconds": ("slower", "quicker", ("{} as fast", "{} as slow")),
    "count": ("more", "fewer", ("{} fewer", "{} as many")),
}


def bounds(figure: Figure) -> str:
    """What the change lies between, `19x to 31x`, `-45 % to -42 %`; empty where that is not known."""
    low, high = figure.low, figure.high
    if low is None or high is None or not 0 <= low <= high:
        return ""
    value = ratio(figure)
    if (
        figure.change is not Effect.SAME
        and value is not None
        and value <= _HALF
        and high <= _HALF
    ):
        ends = [factor(1 / bound) for bound in (high, low) if bound > _LEAST]
        return (
            " to ".join(ends) if len(ends) > 1 else f"{ends[0]} or more" if ends else ""
        )
    return f"{ratio_change(low)} to {ratio_change(high)}"


def said(figure: Figure) -> str:
    """What became of a figure, with the bounds."""
    between = bounds(figure)
    return f"{change(figure)} ({between})" if between else change(figure)
