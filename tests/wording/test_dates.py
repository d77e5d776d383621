"""Dates in UTC, and numbers that are no date."""

from __future__ import annotations

import pytest

from lightship.wording.dates import day, day_and_time


def test_a_day_and_a_time():
    assert [day(0), day(1_735_689_600)] == ["1970-01-01", "2025-01-01"]
    assert day_and_time(1_735_693_500) == "2025-01-01 01:05"


@pytest.mark.parametrize("number", [2**62, -(2**62), 2**80])
def test_a_number_that_is_no_date(number):
    assert day(number) == day_and_time(number) == "no date"
