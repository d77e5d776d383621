"""Shares: in percent or as a number from 0 to 1."""

from __future__ import annotations

import pytest

from lightship.errors import UsageError
from lightship.wording.shares import percent, read_share


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
