"""Bars of block characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightship.report.kit.bars import bar


@given(
    value=st.integers(0, 10**12),
    wasted=st.integers(0, 10**12),
    of=st.integers(0, 10**12),
)
def test_a_bar_has_its_width_and_shows_what_is_there(value, wasted, of):
    used, waste = bar(value, of, 16, min(wasted, value))
    assert len(used) + len(waste) <= 16
    assert bool(used or waste) == bool(value and of)
