"""Durations, in the unit that people would use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.wording.durations import duration, timespan, timing


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.01, "< 0.1 s"), (0.4, "0.4 s"), (41, "41 s"), (73, "73 s"), (120, "2.0 min"), (2460, "41 min"),
     (16_900, "4.7 h"), (90_000, "25 h"), (864_000, "10 days"), (-41, "-41 s"), (1e12, "11,574,074 days")],
)  # fmt: skip
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_the_length_of_a_history_is_told_in_days_or_weeks():
    assert [timespan(0), timespan(13.4), timespan(249.5)] == [
        "1 day",
        "13 days",
        "36 weeks",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 s"), (0.0001, "< 1 ms"), (0.038, "38 ms"), (0.24, "0.24 s"), (1.714, "1.71 s"), (9.994, "9.99 s"),
     (9.996, "10.0 s"), (41.26, "41.3 s"), (99.96, "100 s"), (179, "179 s"), (180, "3.00 min"), (754.2, "12.6 min"),
     (10_800, "3.00 h"), (-41.26, "-41.3 s")],
)  # fmt: skip
def test_what_was_measured_has_two_or_three_digits(value, text):
    assert timing(value) == text


@given(st.floats(0.0095, 1e6))
def test_what_was_measured_is_true_within_two_digits(value):
    number, unit = timing(value).replace(",", "").split(" ")
    scale = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600}[unit]
    assert float(number) * scale == pytest.approx(value, rel=0.06)
