"""Whether two series of measurements differ by more than their noise.

The test is stated: the ratio of the medians, after to before, is bootstrapped (Efron 1979): both series are drawn anew,
with repetition, 2,000 times from fixed seeds; the middle 95 % of the ratios are the bounds. A difference is called one
where the bounds leave 1 out, and the medians differ by at least 5 %.

Few values know too little of their own spread: of two series of two values from one distribution the bootstrap alone
calls a third different, of three 9 %. So the bounds are widened, since builds on a busy machine vary by a fifth: by a
factor of 2 for one value, and for each further one by 0.4 of that on a logarithmic scale (1.32, 1.12, 1.05 ...). Then
it is 5 % or less.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import median

from lightship.record import record

_DRAWS = 2_000
_SEEDS = (20, 26)
_LEAST = (
    0.05  # of the median: less is never called a difference, whatever the test says
)
_WIDER = 2.0  # factor that one value alone may be off by
_SOONER = 0.4  # of its logarithm, for each further value
_TAIL = 0.025


@record
class Ratio:
    """The ratio of the medians, and its bounds; `differs` says whether it is called a difference."""

    value: float
    low: float
    high: float
    differs: bool


def compare(before: Sequence[float], after: Sequence[float]) -> Ratio | None:
    """After to before; None where one side has no values, or the median before is zero and the other is too."""
    if not before or not after:
        return None
    one, other = median(before), median(after)
    if one <= 0:
        return (
            None
            if other <= 0
            else Ratio(float("inf"), float("inf"), float("inf"), differs=True)
        )
    low, high = _bounds(before, after)
    value = other / one
    apart = max(one, other) / min(one, other) if other > 0 else float("inf")
    return Ratio(
        value, low, high, differs=(low > 1 or high < 1) and apart >= 1 + _LEAST
    )


def _bounds(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the bootstrapped ratios, wider where there are few values."""
    few = min(len(before), len(after))
    low, high = (
        _drawn(before, after) if few > 1 else (median(after) / median(before),) * 2
    )
    wider = _WIDER**_SOONER ** (few - 1)
    return low / wider, high * wider


def _drawn(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the bootstrapped ratios; those of the two series the other way round are their inverses."""
    ones, others = _medians(before), _medians(after)
    pairs = (
        *zip(ones[0], others[1], strict=True),
        *zip(ones[1], others[0], strict=True),
    )
    found = sorted(other / one if one > 0 else float("inf") for one, other in pairs)
    return found[int(_DRAWS * _TAIL)], found[_DRAWS - 1 - int(_DRAWS * _TAIL)]


def _medians(values: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    """Medians of what was drawn from a series, from two fixed seeds: the same values give the same bounds."""
    found = []
    for seed in _SEEDS:
        draw = random.Random(seed)  # noqa: S311 - nothing is secret here
        found.append(
            [median(draw.choices(values, k=len(values))) for _ in range(_DRAWS // 2)]
        )
    return found[0], found[1]
