"""Shares: in percent or as a number from 0 to 1."""

from __future__ import annotations

import pytest

from lightship.errors import UsageError
from lightship.wording.shares import exact_percent, percent, percent_of, read_share


def test_shares():
    assert read_share("90%") == read_share("0.9") == read_share(".9") == 0.9
    for text in ("2", "101%", "-1", "nan", "x", ""):
        with pytest.raises(UsageError):
            read_share(text)


def test_a_share_is_all_or_nothing_only_where_it_is():
    shares = (0, 0.0001, 0.5, 0.9999, 1)
    assert [percent(share) for share in shares] == [
        "0.0 %",
        "< 0.1 %",
        "50.0 %",
        "99.9 %",
        "100.0 %",
    ]


def test_a_part_of_a_whole():
    parts = ((1, 1000), (435, 500), (999, 1000), (0, 0))
    said = [percent_of(part, whole) for part, whole in parts]
    assert said == ["< 1 %", "87 %", "99 %", "0 %"]


def test_a_share_that_somebody_wrote_keeps_its_digits():
    assert [exact_percent(share) for share in (0.9, 0.975, 0)] == [
        "90 %",
        "97.5 %",
        "0 %",
    ]
