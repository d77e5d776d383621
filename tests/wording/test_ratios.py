"""Ratios, as changes and factors."""

from __future__ import annotations

import pytest

from lightship.wording.ratios import factor, ratio_change, rough_percent


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0.55, "-45 %"), (1.03, "+3 %"), (1, "±0 %"), (0.9999, "-0.0 %"), (2, "2.0x"), (24.4, "24x")],
)  # fmt: skip
def test_a_ratio_as_a_change(ratio, text):
    assert ratio_change(ratio) == text


@pytest.mark.parametrize(
    ("ratio", "text"), [(2, "2.0x"), (9.94, "9.9x"), (9.96, "10x"), (1234, "1,234x")]
)
def test_a_factor(ratio, text):
    assert factor(ratio) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0001, "< 0.1 %"), (0.01, "1.0 %"), (0.0949, "9.5 %"), (0.44, "44 %")]
)  # fmt: skip
def test_a_small_share_is_never_told_as_nothing(share, text):
    assert rough_percent(share) == text
