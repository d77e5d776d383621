"""Paths of an image, and how they lie in one another."""

from __future__ import annotations

import pytest

from lightship.evaluation.paths import and_above, below, related


def test_paths_below_and_above():
    assert below("/a/b/c", "/a") == "b/c"
    assert below("/a", "/a") == ""
    assert below("/ab", "/a") is None
    assert below("/a", "/") == "a"
    assert list(and_above("/a/b")) == ["/a/b", "/a", "/"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/app", "/app", True),
        ("/app/a", "/app", True),
        ("/", "/app", True),
        ("/app2", "/app", False),
        (None, "/app", True),
    ],
)
def test_paths_that_lie_in_one_another(one, other, expected):
    assert related(one, other) is expected
