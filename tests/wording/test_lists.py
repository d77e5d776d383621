"""Names in a sentence."""

from __future__ import annotations

import pytest

from lightship.wording.lists import first_few, listed


@pytest.mark.parametrize(
    ("names", "text"),
    [("", ""), ("a", "a"), ("ab", "a and b"), ("abc", "a, b and c"), ("abca", "a, b and c"), ("abcd", "a, b, c and 1 more")],
)  # fmt: skip
def test_names_are_listed_once_each(names, text):
    assert listed(names, 3) == text


def test_the_first_few_have_commas_alone():
    assert first_few(["a", "b"], 2) == "a, b"
    assert first_few(["a", "b", "c", "d"], 2) == "a, b and 2 more"
