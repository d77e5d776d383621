"""Whether two series of measurements differ by more than their noise.

The test is stated, and knows no distribution. Each value after is divided by each before; of these
ratios, sorted, one low and one high are the bounds, as Hodges and Lehmann take them from the test
of Mann and Whitney (1947). The level is 1 % for all timed figures of a proof together, so a seventh
of that for each, and a further part of it where values were looked at several times before there
were enough. Up to six values on a side that leaves no ratio out: every value of one side must lie
beyond every one of the other. That happens by chance in 2 of C(2n, n) cases, a third of them for
two values: so the bounds are widened besides, by what other programs on the machine may add, by a
factor of 3 for one value and of 1.2 for five (`WIDER`). Where more threads wanted a processor than
there are, that factor is squared for three times as many, and cubed for eight times as many
(`unrest`): of recorded rounds of versions that cost the same, on a machine where five to twelve
threads wanted each processor, none of 296 windows was called different so, and 30 were without it
(docs/proof.md).

A difference counts as one where the bounds leave 1 out, and the medians differ by at least 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb, log2
from statistics import median

from lightship.record import record

# Of the median: less is never called a difference, whatever the test says
_LEAST = 0.05
# For one value, for two, and so on
WIDER = (3.0, 2.0, 1.7, 1.35, 1.2, 1.12, 1.08)
_WIDER_THEN = 1.06
_FOR_A_DOUBLING = (
    2 / 3
)  # that twice as many threads for each processor add to the unrest
_FIGURES = 7  # that a proof times
_LEVEL = 0.01 / _FIGURES
_MOST = 20  # values on each side, from which on the level of that many is taken


_FIRST_FEW = 4

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


def compare(
    before: Sequence[float],
    after: Sequence[float],
    looks: int = 1,
    unrest: float = 1.0,
) -> Ratio | None:
    """After to before; None where one side has no values, or both medians are zero.

    `looks` is how often the series may have been looked at, each time with a value more; `unrest`
    the power to which the factors are raised that other programs may add.
    """
    if not before or not after:
        return None
    old = median(before)
    new = median(after)
    if old <= 0:
        if new <= 0:
            return None
        return Ratio(_NO_RATIO, _NO_RATIO, _NO_RATIO, differs=True)

    inner = _bounds(before, after, looks)
    wider = _wider(min(len(before), len(after))) ** unrest
    low = inner[0] / wider
    high = inner[1] * wider
    leaves_1_out = low > 1 or high < 1
    differs = leaves_1_out and apart(before, after) >= 1 + _LEAST
    return Ratio(new / old, low, high, differs)


def apart(before: Sequence[float], after: Sequence[float]) -> float:
    """The larger of the two medians, divided by the smaller."""
    medians = (median(before), median(after))
    return _ratio(min(medians), max(medians))


def may_yet_differ(
    before: Sequence[float],
    after: Sequence[float],
    most: int,
) -> bool:
    """Whether further values, up to `most` on each side, could still show a difference.

    They cannot where too many values lie on the wrong side of one another: those stay there. Of the
    first few none may.
    """
    number = min(len(before), len(after))
    if number >= most:
        return False
    if number < _FIRST_FEW:
        return not _crossings(before, after)
    return _crossings(before, after) <= _allowed(most, most)


def _bounds(
    before: Sequence[float],
    after: Sequence[float],
    looks: int,
) -> tuple[float, float]:
    """Ratios of single values, of which the test leaves out so many at either end."""
    few = min(len(before), len(after))
    ratios = sorted(_ratio(old, new) for old in before for new in after)
    left_out = _allowed(few, looks)
    return ratios[left_out], ratios[-1 - left_out]


def unrest_of(crowd: float) -> float:
    """Of a machine on which so many threads wanted each processor; of 1 or less it is 1."""
    return 1 + _FOR_A_DOUBLING * log2(max(crowd, 1.0))


def _wider(few: int) -> float:
    """What other programs may add to series of so many values, as a factor."""
    return WIDER[few - 1] if few <= len(WIDER) else _WIDER_THEN


def _crossings(before: Sequence[float], after: Sequence[float]) -> int:
    """In how many pairs the one is less that is more in most of them: U of Mann and Whitney."""
    less = sum(new <= old for old in before for new in after)
    more = sum(new >= old for old in before for new in after)
    return min(less, more)


@lru_cache(maxsize=256)
def _allowed(number: int, looks: int) -> int:
    """How many such pairs a difference may have at its level, of series of one length."""
    number = min(number, _MOST)
    arrangements = _arrangements(number)
    limit = _LEVEL / looks * comb(2 * number, number) / 2
    total = 0
    for crossings, ways in enumerate(arrangements):
        total += ways
        if total > limit:
            return max(crossings - 1, 0)
    return 0


def _arrangements(number: int) -> list[int]:
    """In how many orders of two series of one length there are 0, 1, 2 ... crossings.

    They are the coefficients of the Gaussian binomial of 2n over n.
    """
    longest = number * number + 1
    ways = [1] + [0] * (longest - 1)
    for part in range(1, number + 1):
        for place in range(longest - 1, number + part - 1, -1):
            ways[place] -= ways[place - number - part]
        for place in range(part, longest):
            ways[place] += ways[place - part]
    return ways


def _ratio(old: float, new: float) -> float:
    return new / old if old > 0 else _NO_RATIO
