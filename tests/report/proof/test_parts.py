"""Words, steps, treemaps, rows of a diff and lines of blocks: each by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofs import DIFF, after, before, exact, history, proof, shares

from lightship.proof.measured import ImageShape, Measured, MeasuredBuild, StepTime
from lightship.proof.proof import ChangeShare, Effect, Figure, FigureGroup
from lightship.report.kit.bars import LEVELS
from lightship.report.proof.figure_phrases import bounds, change, difference, values
from lightship.report.proof.html.change import change_rows
from lightship.report.proof.html.shape_treemap import MOST, directories, layers
from lightship.report.proof.steps import BuildStep, first_builds, pairs, steps, typical
from lightship.report.proof.trend_lines import LINES, points
from lightship.report.proof.trend_text import sparkline

POSITIVE = st.floats(1e-6, 1e9)


@pytest.mark.parametrize(
    ("found", "text"),
    [((73.1, 71.9, 75.4), "73.1 ±1.8 s"), ((0.24, 0.26, 0.22), "0.24 ±0.02 s"), ((10.09, 10.11), "10.1 s"),
     ((5.0,), "5.00 s"), ((), "not measured"), ((700, 760), "12.2 ±0.5 min"), ((0.0, 0.0), "0 s")],
)  # fmt: skip
def test_a_spread_has_the_digits_of_its_median(found, text):
    assert values(figure(found, found), found) == text


def figure(one, other, unit="seconds", found=Effect.BETTER, low=None, high=None):
    return Figure(
        "x", FigureGroup.RUN, "x", unit, tuple(one), tuple(other), found, low, high
    )


@pytest.mark.parametrize(
    ("one", "other", "unit", "text"),
    [(41.0, 1.7, "seconds", "24x as fast"), (73, 41, "seconds", "44 % quicker"), (41, 46, "seconds", "12 % slower"),
     (1.7, 41.0, "seconds", "24x as slow"), (813, 216, "bytes", "3.8x smaller"), (10, 20, "bytes", "2.0x larger"),
     (10, 5, "bytes", "2.0x smaller"), (100, 56, "bytes", "44 % smaller"), (100, 112, "bytes", "12 % larger"),
     (10_000, 9_999, "bytes", "< 0.1 % smaller"), (5, 0, "bytes", "none left"),
     (0, 5e6, "bytes", "5.00 MB instead of none"),
     (400, 100, "count", "4.0x fewer"), (100, 112, "count", "12 % more"), (7, 7, "count", "the same")],
)  # fmt: skip
def test_a_difference_is_a_factor_from_two_on_and_else_percent(one, other, unit, text):
    assert difference(one, other, unit) == text


@given(POSITIVE, POSITIVE, st.sampled_from(["bytes", "seconds", "count", "other"]))
def test_what_is_less_is_never_told_as_more(one, other, unit):
    text = difference(one, other, unit)
    less, more = r"smaller|quicker|fewer|as fast", r"larger|slower|more|as slow|as many"
    assert bool(re.search(less, text)) == (other < one)
    assert bool(re.search(more, text)) == (other > one)
    if "x" in text:
        assert float(text.partition("x")[0].replace(",", "")) == pytest.approx(
            max(one, other) / min(one, other), rel=0.06
        )


def test_a_figure_says_what_is_not_known_of_it():
    assert change(figure((), (1.0,), found=Effect.UNKNOWN)) == "not measured before"
    assert change(figure((1.0,), (), found=Effect.UNKNOWN)) == "not measured after"
    assert change(figure((), (), found=Effect.UNKNOWN)) == "not measured"
    assert (
        change(figure((1.0, 1.2), (1.1, 1.3), found=Effect.SAME))
        == "no difference seen"
    )
    assert change(figure((1.0,), (1.0,), found=Effect.SAME)) == "the same"
    assert (
        change(exact("layers", "layers", 4, 3, Effect.BETTER, unit="count"))
        == "1 fewer"
    )
    assert (
        change(exact("setuid", "setuid", 0, 3, Effect.WORSE, unit="count")) == "3 more"
    )


@pytest.mark.parametrize(
    ("one", "other", "found", "low", "high", "text"),
    [(41, 1.7, Effect.BETTER, 0.0392, 0.0453, "22x to 26x"), (73, 41, Effect.BETTER, 0.545, 0.584, "-45 % to -42 %"),
     (1, 1, Effect.SAME, 0.92, 1.08, "-8 % to +8 %"), (1, 3, Effect.WORSE, 2.5, 3.5, "2.5x to 3.5x"),
     (1, 1, Effect.SAME, 0.3, 2.6, "-70 % to 2.6x"), (41, 1, Effect.BETTER, 0.0, 0.05, "20x or more"),
     (41, 1, Effect.BETTER, None, 0.05, ""), (41, 1, Effect.BETTER, 0.5, 0.1, ""), (41, 1, Effect.BETTER, -1., 0.1, ""),
     (41, 1, Effect.BETTER, 1e-320, 0.1, "10x or more"), (0, 1, Effect.WORSE, 1.0, 1.0, "±0 % to ±0 %")],
)  # fmt: skip
def test_bounds_are_told_as_the_change_is(one, other, found, low, high, text):
    assert bounds(figure((one,), (other,), found=found, low=low, high=high)) == text


@given(
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(0, 1e9),
    st.floats(0, 1e9),
    st.sampled_from(Effect),
)
def test_bounds_are_never_infinite(one, other, low, high, found):
    assert "inf" not in bounds(
        figure((one,), (other,), found=found, low=low, high=high)
    )


def test_the_typical_build_is_the_one_of_the_median():
    assert typical(before(), "cold").seconds == 73.1
    failed = MeasuredBuild("cold", 1.0, error="x")
    assert typical(Measured("a", (failed,)), "cold") is failed
    assert typical(Measured("a"), "cold") is None
    assert steps(None) == []


def test_without_a_cold_build_it_is_the_first_one_that_is_shown():
    sides = [
        replace(side, builds=(replace(side.builds[0], scenario="warm"),))
        for side in (before(), after())
    ]
    name, *found = first_builds(proof(before=sides[0], after=sides[1]))
    assert (name, [len(each) for each in found]) == ("the first build", [6, 8])
    assert first_builds(proof())[0] == "a cold build"


def test_steps_have_their_stage_and_their_place_in_time():
    found = steps(typical(after(), "cold"))
    assert [step.stage for step in found] == [
        "other",
        "build",
        "build",
        "build",
        "build",
        "stage-1",
        "stage-1",
        "other",
    ]
    assert (found[4].text, found[4].start) == (
        "RUN pip install --no-cache-dir -r requirements.txt",
        5.3,
    )
    laid = steps(typical(before(), "cold"))
    for step, following in pairwise(laid):
        assert following.start == pytest.approx(step.start + step.seconds)


@given(
    st.lists(
        st.builds(
            StepTime,
            st.text(max_size=30),
            st.floats(-1, 1e9),
            st.booleans(),
            st.none() | st.floats(-1, 1e9),
        )
    )
)
def test_no_step_begins_before_the_build(given_steps):
    for step in steps(MeasuredBuild("cold", 1.0, tuple(given_steps))):
        assert step.start >= 0
        assert step.seconds >= 0


TEXTS = st.lists(st.sampled_from("abcdef"), max_size=8)


@given(TEXTS, TEXTS)
def test_pairs_keep_every_step_once_and_in_order(one, other):
    sides = [
        [BuildStep("s", text, 0, 1, False) for text in texts] for texts in (one, other)
    ]
    found = pairs(*sides)
    for at, side in enumerate(sides):
        assert [pair[at] for pair in found if pair[at]] == side
    assert all(pair != (None, None) for pair in found)
    if one == other:
        assert all(old.text == new.text for old, new in found)


def test_directories_hang_in_the_nearest_one_above():
    nodes = directories(before().shape)
    by_label = {label: (parent, size, name) for label, parent, size, name in nodes}
    assert by_label["/usr/lib/gcc"][0] == [node[0] for node in nodes].index("/usr/lib")
    assert by_label["/usr/lib/gcc"][2] == "gcc"
    assert by_label["/root/.cache"] == (0, 120_000_000, "root/.cache")
    assert (
        by_label["everything else"][1]
        == 813_000_000 - 600_000_000 - 120_000_000 - 41_000_000 - 30_000_000
    )
    assert directories(ImageShape(directories={"": 1, "/": 2, "x": 0})) == []
    assert by_label["/"] == (-1, 813_000_000, "/")
    assert [row[2] for row in layers(before().shape)] == [
        813_000_000,
        430_000_000,
        41_000_000,
        342_000_000,
    ]


PATHS = st.dictionaries(
    st.text(st.sampled_from("ab/"), max_size=8), st.integers(-5, 10**12), max_size=20
)


@given(PATHS)
def test_a_parent_stands_before_what_is_in_it(found):
    nodes = directories(ImageShape(directories=found, content=5))
    for at, (label, parent, size, _) in enumerate(nodes):
        assert parent < at
        assert size > 0
        assert parent <= 0 or label.startswith(nodes[parent][0])


def test_of_very_many_directories_the_largest_are_kept():
    many = {f"d{at}": at for at in range(10_000)}
    nodes = directories(ImageShape(directories=many, content=10**9))
    assert len(nodes) == MOST + 2  # the root, and everything else
    assert nodes[1][:3] == ["/d9999", 0, 9999]


def test_each_row_of_a_diff_has_its_line_and_the_changes_that_wrote_it():
    rows = change_rows(DIFF, shares())
    added = {row[1]: row for row in rows if row[0] == "added"}
    lines = proof().after.dockerfile.splitlines()
    assert all(row[2] == f"+{lines[number - 1]}" for number, row in added.items())
    assert [added[number][3] for number in (1, 3, 4, 5, 6, 7)] == [
        [0],
        [1],
        [1],
        [0, 2],
        [2],
        [],
    ]
    assert added[3][4] == 2
    assert added[4][4] == 0
    assert [row[0] for row in rows[:3]] == ["file", "file", "place"]


def test_rows_of_another_file_are_of_no_change():
    other = DIFF + "--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,1 @@\n+.git\n"
    rows = change_rows(other, (ChangeShare("x", lines=(1,)),))
    assert [row[3] for row in rows if row[2] == "+.git"] == [[]]
    assert next(row[3] for row in rows if row[0] == "added") == [0]


@given(st.text(st.sampled_from("+-@ 1,\n\\a"), max_size=80))
def test_any_text_is_a_diff(text):
    rows = change_rows(text, shares())
    assert [row[2] for row in rows] == (
        text.removesuffix("\n").split("\n") if text else []
    )


NUMBERS = st.lists(st.none() | st.floats(0, 1e12), max_size=60)


@given(NUMBERS)
def test_a_line_of_blocks_has_one_for_each_value_and_the_largest_is_full(found):
    line = sparkline(found)
    assert len(line) == len(found)
    for char, value in zip(line, found, strict=True):
        assert (char == "·") == (value is None)
    known = [value for value in found if value]
    if known:
        assert line[found.index(max(known))] == LEVELS[-1]


def test_the_figures_of_a_trend_are_those_of_the_second_version():
    found = {line.key: points(history(3), line) for line in LINES}
    assert found["content"][0] == 813_000_000
    assert found["cold"][0] == 41.3
    assert found["start"] == pytest.approx([0.4, 0.41, 0.42])
    assert all(line.get(Measured("a")) is None for line in LINES)
