"""Laws of the test by which a difference is called one, and how often it is wrong."""

from __future__ import annotations

import functools
import random
from math import inf, isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lightship.proof.statistics import apart, compare, may_yet_differ, unrest_of

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
@pytest.mark.parametrize("many", [1, 2, 3, 5, 8, 10])
def test_noise_is_called_a_difference_less_often_than_once_in_a_hundred(many, spread):
    assert share(many, spread) <= 0.01


def in_bursts(draw, many):
    """Each value may be twice as large: another program had half of the machine."""
    return [30 * draw.uniform(1, 1.1) * draw.choice((1, 2)) for _ in range(many)]


@pytest.mark.parametrize("many", [1, 2, 3, 5, 8, 10])
def test_bursts_are_called_a_difference_less_often_than_once_in_a_hundred(many):
    """On a machine where on average one and a half threads want each processor."""
    draw = random.Random(many)
    found = [
        compare(in_bursts(draw, many), in_bursts(draw, many), unrest=unrest_of(1.5))
        for _ in range(500)
    ]
    assert sum(each.differs for each in found) <= 5


@pytest.mark.parametrize(
    ("many", "factor"), [(1, 4), (2, 2.4), (3, 2.1), (5, 1.5), (8, 1.3)]
)
def test_what_is_a_difference_is_called_one(many, factor):
    assert share(many, 0.05, factor) >= 0.9
    assert share(many, 0.05, 1 / factor) >= 0.9


@given(SERIES, SERIES, st.floats(1, 20), st.floats(1, 4))
def test_the_busier_the_machine_the_wider_the_bounds(before, after, crowd, more):
    some = compare(before, after, unrest=unrest_of(crowd))
    others = compare(before, after, unrest=unrest_of(crowd * more))
    assert others.low <= some.low
    assert some.high <= others.high
    assert some.differs or not others.differs


@given(SERIES, SERIES, st.integers(1, 10))
def test_who_looks_often_sees_no_more(before, after, looks):
    often = compare(before, after, looks=looks)
    once = compare(before, after)
    assert once.differs or not often.differs


@given(st.lists(st.tuples(*2 * [st.integers(1, 40)]), min_size=10, max_size=10))
def test_what_cannot_differ_any_more_never_does(pairs):
    """Whatever the values of further rounds are."""
    before, after = zip(*pairs, strict=True)
    may_differ = [may_yet_differ(before[:n], after[:n], 10) for n in range(4, 11)]
    assert may_differ == sorted(may_differ, reverse=True)
    if not all(may_differ[:-1]):
        assert not compare(before, after, looks=10).differs


def test_values_that_overlap_soon_are_not_measured_again():
    assert may_yet_differ([1.0, 1.1], [1.3, 1.4], 10)
    assert not may_yet_differ([1.0, 1.4], [1.3, 1.5], 10)
    assert may_yet_differ([1.0, 1.1, 1.0, 1.4], [1.3, 1.5, 1.6, 1.5], 10)


def called(old_time, new_time, most=10, unrest=1.0):
    """Whether a figure that is measured as the bench does is called different, and its rounds."""
    before, after = [], []
    while True:
        before.append(old_time())
        after.append(new_time())
        if compare(before, after, most, unrest).differs:
            return True, len(before)
        if apart(before, after) < 1.08 or not may_yet_differ(before, after, most):
            return False, len(before)


@pytest.mark.parametrize(("spread", "crowd"), [(0.02, 1), (0.1, 1), (0.3, 2), (0.6, 8)])
def test_looking_again_and_again_raises_no_false_alarm(spread, crowd):
    """Of several figures at once one in a hundred may: of one of them, far fewer."""
    draw = random.Random(7)
    some = functools.partial(draw.lognormvariate, 0, spread)
    unrest = unrest_of(crowd)
    found = [called(some, some, unrest=unrest)[0] for _ in range(300)]
    assert sum(found) <= 1


def test_a_third_more_is_seen_after_a_few_rounds_and_ten_times_as_much_after_one():
    draw = random.Random(8)
    some = functools.partial(draw.lognormvariate, 0, 0.04)
    found = [called(some, lambda: 1.3 * some()) for _ in range(50)]
    assert sum(differs for differs, _ in found) >= 48
    assert max(rounds for _, rounds in found) <= 8
    assert called(some, lambda: 10 * some()) == (True, 1)


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
    assert compare([1.0] * 9, [1.07] * 9).differs


def test_nothing_to_something_and_back_is_a_difference():
    assert compare([0.0], [1.0]).differs
    assert compare([1.0], [0.0]).differs
