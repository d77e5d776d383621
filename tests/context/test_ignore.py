from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.context.ignore import Ignore

RECORDED = json.loads(
    (Path(__file__).parent / "ignore_cases.json").read_text(encoding="utf-8")
)
LINES = st.text("ab.*?/!\\[]^-{}| #\t\n\ufeffé\udcff", max_size=40)
NAMES = st.text("ab.*-é\udcff", min_size=1, max_size=4).filter(
    lambda name: name not in {".", ".."}
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    "case", RECORDED["cases"], ids=lambda case: ascii(case["text"])
)
def test_what_go_says(case):
    ignore = Ignore.parse(case["text"])
    assert bool(ignore.problems) == case["refused"]
    if not case["refused"]:
        assert [path for path in RECORDED["paths"] if ignore.matches(path)] == case[
            "matched"
        ]
        assert list(ignore.sent(RECORDED["tree"])) == [
            path for path in RECORDED["tree"] if path in case["sent"]
        ]


def test_patterns_know_where_they_stand():
    text = "# all\n\n  ! docs/ \r\n/a/../b"
    first, second = Ignore.parse(text).patterns
    assert (first.text, first.negated, first.line, first.span.of(text)) == (
        "docs",
        True,
        3,
        "! docs/",
    )
    assert (second.text, second.negated, second.line, second.span.of(text)) == (
        "b",
        False,
        4,
        "/a/../b",
    )


def test_a_byte_order_mark_belongs_to_no_pattern():
    text = "\ufeffa\n\ufeffb"
    first, second = Ignore.parse(text).patterns
    assert (first.text, first.span.of(text)) == ("a", "a")
    assert second.text == "\ufeffb"


@pytest.mark.parametrize("line", ["!", "! ", "[", "a[", "[z-a]*", "a\\", "\\y*"])
def test_what_is_refused_is_data(line):
    ignore = Ignore.parse(f"ok\n{line}\n")
    assert [problem.line for problem in ignore.problems] == [2]
    assert ignore.matches("ok")


def test_a_line_too_long_for_the_scanner_refuses_the_file():
    assert not Ignore.parse("a" * 65535).problems
    ignore = Ignore.parse("b\n" + "é" * 32768)
    assert (ignore.problems[0].line, ignore.patterns) == (2, ())


def test_the_last_pattern_that_takes_a_path_decides():
    ignore = Ignore.parse("docs\n!docs/a.md\n")
    assert ignore.has_exclusions
    assert ignore.deciding("docs/a.md").line == 2
    assert ignore.deciding("docs/b.md").line == 1
    assert ignore.deciding("src") is None


def test_a_walk_differs_from_a_look_at_one_path():
    ignore = Ignore.parse("**/*.md\n!docs\n")
    assert not ignore.matches("docs/a.md")
    assert list(ignore.sent(["docs/a.md", "docs/a.py"])) == ["docs/a.py"]


@given(LINES, st.lists(PATHS))
def test_law_it_never_raises_and_places_lie_in_the_text(text, paths):
    ignore = Ignore.parse(text)
    for found in (*ignore.patterns, *ignore.problems):
        assert found.span.of(text).strip()
        assert text.count("\n", 0, found.span.start) == found.line - 1
    kept = list(ignore.sent(paths))
    assert [path for path in paths if path in kept] == kept
    for path in paths:
        ignore.matches(path)


@given(LINES, PATHS)
def test_law_without_exclusions_a_walk_and_a_look_agree(text, path):
    """But for bytes that are not UTF-8: on the way to the client they become U+FFFD."""
    ignore = Ignore.of(
        line.replace("!", "").replace("\udcff", "") for line in text.split("\n")
    )
    if not ignore.has_exclusions:
        assert ignore.matches(path) == (not list(ignore.sent([path])))


@given(PATHS, PATHS)
def test_law_a_directory_takes_what_is_below_it(above, below):
    plain = above.replace("*", "x")
    assert Ignore.parse(plain).matches(f"{plain}/{below}")


@pytest.mark.parametrize(
    "line",
    [
        "*a" * 8000 + "*b",
        "**/x/" * 8000 + "y",
        "?" * 60000,
        "[a-z]*" * 9000,
        "a{0,1000}" * 3,
        "**" * 30000,
        "[[:" * 9000,
    ],
    ids=lambda line: line[:8],
)
def test_hostile_patterns_take_no_long_time(line):
    start = time.process_time()
    ignore = Ignore.parse(line)
    for at in range(5):
        ignore.matches("a" * 300 + "/" + "ab/" * 100 + str(at))
    assert time.process_time() - start < 5
