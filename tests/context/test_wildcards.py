from __future__ import annotations

import json
import posixpath
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.context.wildcards import (
    BadPatternError,
    clean,
    has_wildcards,
    is_bad_pattern,
    matches,
)

RECORDED = json.loads(
    (Path(__file__).parent / "match_cases.json").read_text(encoding="utf-8")
)


def answer(pattern, name):
    try:
        return matches(pattern, name)
    except BadPatternError:
        return None


@pytest.mark.parametrize(
    "case", RECORDED["cases"], ids=lambda case: ascii(case["pattern"])
)
def test_what_go_says(case):
    found = {name: answer(case["pattern"], name) for name in RECORDED["names"]}
    assert [name for name, said in found.items() if said is None] == case["refused"]
    assert [name for name, said in found.items() if said] == case["matched"]
    assert is_bad_pattern(case["pattern"]) == (found["."] is None)


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [
        ("", "."),
        ("/", "/"),
        ("//a//b/", "/a/b"),
        ("./a/..", "."),
        ("a/../..", ".."),
        ("/../a", "/a"),
        ("../..", "../.."),
    ],
)
def test_clean(path, cleaned):
    assert clean(path) == cleaned


@given(st.text("ab./", max_size=12))
def test_law_clean_is_normpath_but_for_two_slashes(path):
    assert clean(path) == posixpath.normpath(path or ".").replace("//", "/")
    assert clean(clean(path)) == clean(path)


@given(st.text("ab*?[]^-\\/é\udcff", max_size=10), st.text("ab-/é\udcff", max_size=8))
def test_law_only_its_own_error(pattern, name):
    """Go looks at a pattern only as far as the name matches it: what one name shows to be wrong, `.` may not."""
    with suppress(BadPatternError):
        matches(pattern, name)
    assert is_bad_pattern(pattern) == (answer(pattern, ".") is None)


def test_which_sources_have_wildcards():
    assert has_wildcards("a/*.py")
    assert has_wildcards("\\\\*")
    assert not has_wildcards("a\\*b\\[")
