"""Whether two series of measurements differ by more than their noise.

The test is stated: the ratio of the medians, after to before, is bootstrapped (Efron 1979): both
series are drawn again, with repetition, 2,000 times from fixed seeds; the middle 95 % of the ratios
are the bounds. A difference counts as one where the bounds leave 1 out, and the medians differ by
at least 5 %.

A draw is of ranks, not of values: so it is made once for all series of one length, and the order in
which values were measured decides nothing.

Few values know too little of their own spread: of two series of two values from one distribution
the bootstrap alone calls a third different, of three 9 %. So the bounds are widened, since builds
on a busy machine vary by a fifth: by a factor of 2 for one value, and for each further one by 0.4
of that on a logarithmic scale (1.32, 1.12, 1.05 ...). Then it is 5 % or less.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from lightship.record import record

_DRAWS = 2_000
_SEEDS = (20, 26)
# Of the median: less is never called a difference, whatever the test says
_LEAST = 0.05
_WIDER = 2.0  # factor that one value alone may be off by
_SOONER = 0.4  # of its logarithm, for each further value
_TAIL = 0.025


_NO_RATIO = float("inf")


@record
class Ratio:
    """The ratio of the medians, and its bounds.

    `differs` says whether it is called a difference.
    """

    value: float
    low: float
    high: float
    differs: bool


def compare(before: Sequence[float], after: Sequence[float]) -> Ratio | None:
    """After to before; None where one side has no values, or both medians are zero."""
    if not before or not after:
        return None
    old = median(before)
    new = median(after)
    if old <= 0:
        if new <= 0:
            return None
        return Ratio(_NO_RATIO, _NO_RATIO, _NO_RATIO, differs=True)

    low, high = _bounds(before, after)
    leaves_1_out = low > 1 or high < 1
    apart = _ratio(min(old, new), max(old, new))
    differs = leaves_1_out and apart >= 1 + _LEAST
    return Ratio(new / old, low, high, differs)


def _bounds(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the bootstrapped ratios, wider where there are few values."""
    few = min(len(before), len(after))
    if few > 1:
        low, high = _drawn(before, after)
    else:
        low = high = median(after) / median(before)
    further = few - 1
    wider = _WIDER ** (_SOONER**further)
    return low / wider, high * wider


def _drawn(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the bootstrapped ratios.

    Those of the two series the other way round are their inverses.
    """
    old_first, old_second = _medians(before)
    new_first, new_second = _medians(after)
    # Never both from one seed: then they would be drawn alike
    ratios = list(map(_ratio, old_first, new_second))
    ratios += map(_ratio, old_second, new_first)
    ratios.sort()

    tail = int(_DRAWS * _TAIL)
    return ratios[tail], ratios[-1 - tail]


def _ratio(old: float, new: float) -> float:
    return new / old if old > 0 else _NO_RATIO


def _medians(values: Sequence[float]) -> list[list[float]]:
    """Medians of what was drawn from a series, from two fixed seeds.

    So the same values give the same bounds.
    """
    ordered = sorted(values)
    return [_medians_of_one(ordered, seed) for seed in _SEEDS]


def _medians_of_one(ordered: Sequence[float], seed: int) -> list[float]:
    ranks = _middle_ranks(len(ordered), seed)
    return [(ordered[low] + ordered[high]) / 2 for low, high in ranks]


@lru_cache(maxsize=64)
def _middle_ranks(many: int, seed: int) -> list[tuple[int, int]]:
    """The two ranks in the middle of each draw; one rank twice where `many` is odd."""
    draw = random.Random(seed)  # noqa: S311 - nothing is secret here
    ranks = range(many)
    below = (many - 1) // 2
    above = many // 2

    middle: list[tuple[int, int]] = []
    for _ in range(_DRAWS // 2):
        drawn = sorted(draw.choices(ranks, k=many))
        middle.append((drawn[below], drawn[above]))
    return middle
