"""Laws of the test by which a difference is called one, and how often it is wrong."""

from __future__ import annotations

import random
from math import inf, isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lightship.proof.statistics import compare

SERIES = st.lists(
    st.integers(1, 10_000).map(lambda number: number / 100), min_size=1, max_size=7
)
POWERS = st.sampled_from([2.0**-20, 0.25, 2.0, 1024.0])
TRIALS = 60


def at_an_edge(ratio):
    """Where rounding decides."""
    return any(isclose(bound, 1, rel_tol=1e-9) for bound in (ratio.low, ratio.high))


@given(SERIES)
def test_the_same_values_are_no_difference(values):
    found = compare(values, values)
    assert found.value == 1
    assert found.low <= 1 <= found.high
    assert not found.differs


@given(SERIES, SERIES, POWERS)
def test_the_unit_does_not_matter(before, after, scale):
    scaled = compare(
        [each * scale for each in before], [each * scale for each in after]
    )
    assert scaled == compare(before, after)


@given(SERIES, SERIES)
def test_the_other_way_round_it_is_the_inverse(before, after):
    one, other = compare(before, after), compare(after, before)
    assume(not at_an_edge(one))
    assert one.differs == other.differs
    for found, inverse in (
        (one.value, other.value),
        (one.low, other.high),
        (one.high, other.low),
    ):
        assert isclose(found, 1 / inverse, rel_tol=1e-9)


@given(SERIES, SERIES)
def test_the_order_of_the_values_decides_nothing(before, after):
    assert compare(sorted(before), sorted(after)) == compare(before, after)


@given(SERIES, SERIES)
def test_bounds_hold_the_ratio_and_what_differs_lies_on_one_side(before, after):
    found = compare(before, after)
    assert found.low <= found.value * (1 + 1e-9)
    assert found.high >= found.value * (1 - 1e-9)
    if found.differs:
        assert (found.low > 1) is (found.value > 1)
        assert (found.high < 1) is (found.value < 1)
        assert max(found.value, 1 / found.value) >= 1.05


def series(draw, many, spread, factor=1.0):
    return [30 * factor * draw.lognormvariate(0, spread) for _ in range(many)]


def share(many, spread, factor=1.0):
    """How often two series of so many values, one of them so many times as large, are called different."""
    draw = random.Random(f"{many} {spread} {factor}")
    pairs = (
        (series(draw, many, spread), series(draw, many, spread, factor))
        for _ in range(TRIALS)
    )
    return sum(compare(*pair).differs for pair in pairs) / TRIALS


@pytest.mark.parametrize("spread", [0.05, 0.2])
@pytest.mark.parametrize("many", [2, 3, 5])
def test_noise_is_seldom_called_a_difference(many, spread):
    assert share(many, spread) <= 0.07


@pytest.mark.parametrize("spread", [0.05, 0.2])
def test_one_value_each_is_called_different_for_noise_seldom(spread):
    assert share(1, spread) <= 0.05


@pytest.mark.parametrize(
    ("many", "factor"), [(1, 2.5), (2, 1.8), (3, 1.5), (5, 1.3), (7, 1.25)]
)
def test_what_is_a_difference_is_called_one(many, factor):
    assert share(many, 0.05, factor) >= 0.9
    assert share(many, 0.05, 1 / factor) >= 0.9


@pytest.mark.parametrize(
    ("before", "after", "ratio"),
    [
        ([], [1.0], None),
        ([1.0], [], None),
        ([0.0], [0.0, 0.0], None),
        ([0.0], [1.0], inf),
        ([4.0], [1.0, 2.0, 3.0], 0.5),
        ([1.0, 1.0, 1.0], [1.04, 1.04, 1.04], 1.04),
    ],
)
def test_ratios(before, after, ratio):
    found = compare(before, after)
    assert (found.value if found is not None else None) == ratio


def test_less_than_a_twentieth_is_none_however_sure():
    assert not compare([1.0] * 9, [1.04] * 9).differs
    assert compare([1.0] * 9, [1.06] * 9).differs


def test_nothing_to_something_and_back_is_a_difference():
    assert compare([0.0], [1.0]).differs
    assert compare([1.0], [0.0]).differs
