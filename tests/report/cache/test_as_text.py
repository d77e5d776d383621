"""The screens, as they stand in `expected/`: who changes one looks at it, and writes it with LIGHTSHIP_WRITE=1."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from caches import HOSTILE, advice, advised, bare, change, explanation, hostile, replay
from hypothesis import given
from hypothesis import strategies as st

from lightship.cache.advice.advised import Advised
from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.replay.results import Replay
from lightship.cache.times.build_time import Times
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.cache.formats import (
    FORMATS,
    advice_writer,
    change_writer,
    replay_writer,
)
from lightship.report.kit.view import View

EXPECTED = Path(__file__).with_name("expected")
WRITERS = {
    "explanation": change_writer,
    "replay": replay_writer,
    "advice": advice_writer,
}
VALUES = {"explanation": change, "replay": replay, "advice": advised}
PAINTED = re.compile("\033\\[[0-9;]*m")


def hold(name: str, text: str) -> None:
    if os.environ.get("LIGHTSHIP_WRITE"):
        EXPECTED.mkdir(exist_ok=True)
        (EXPECTED / name).write_text(text, "utf-8")
    assert text == (EXPECTED / name).read_text("utf-8")


def shown(kind, value=None, form="text", **view):
    return "".join(
        WRITERS[kind](form)(VALUES[kind]() if value is None else value, View(**view))
    )


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("end", ["-80.txt", "-120.txt", ".md"])
def test_it_reads_as_it_did(kind, end):
    form, width = ("markdown", 80) if end == ".md" else ("text", int(end[1:-4]))
    hold(f"{kind}{end}", shown(kind, form=form, width=width))


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_row_is_wider_than_the_terminal(kind, width):
    assert max(map(len, shown(kind, width=width).splitlines())) <= width


@pytest.mark.parametrize("kind", WRITERS)
def test_colour_adds_nothing_but_colour(kind):
    painted = shown(kind, colour=True)
    assert "\033[" in painted
    assert PAINTED.sub("", painted) == shown(kind)


def test_a_step_is_marked_by_a_character_and_a_word():
    rows = shown("explanation").splitlines()
    marks = {tuple(row.split()[:2]) for row in rows if row[:1] in "#·!" and row[:1]}
    assert marks == {("#", "rebuilt"), ("·", "cached")}


def test_the_last_line_is_the_verdict():
    assert (
        shown("explanation", ExplainedChange(explanation())).splitlines()[-1]
        == "3 of 8 steps are rebuilt, 41 s of 73 s"
    )
    hit = StepResult("a", 2, "RUN make", True, Reason(Cause.SAME, "as before"))
    fails = StepResult(
        "a", 3, "COPY x .", False, Reason(Cause.FAILS, "`x` is not there", line=3)
    )
    assert shown("explanation", bare((hit,))).splitlines()[-1] == "No step is rebuilt"
    assert shown("explanation", bare(())) == "No steps.\n"
    rows = shown("explanation", bare((hit, fails))).splitlines()
    assert rows[1].startswith("! fails")
    assert rows[-1] == "No step is rebuilt; the build fails at line 3"


def test_the_line_that_fails_is_the_one_whose_source_is_missing():
    above = StepResult(
        "a", 2, "WORKDIR /x", False, Reason(Cause.FAILS, "the previous build failed")
    )
    fails = StepResult(
        "a", 3, "COPY x .", False, Reason(Cause.FAILS, "`x` is not there", line=3)
    )
    rows = shown("explanation", bare((above, fails))).splitlines()
    assert rows[-1] == "No step is rebuilt; the build fails at line 3"


def test_a_hit_has_no_reason_below_it():
    assert "nothing that it depends on" not in shown("explanation")
    assert "the step before it was rebuilt" in shown("explanation")


def test_the_names_of_stages_stand_where_there_are_several():
    one = replace(explanation(), steps=explanation().steps[:4])
    assert "STAGE build" in shown("explanation")
    assert "STAGE" not in shown("explanation", ExplainedChange(one))


def test_a_replay_without_times_says_none():
    text = shown("replay", replay(timed=False))
    assert not re.search(r"\d (s|min|h)\b", text)
    assert "time " not in text


def test_estimated_times_are_marked():
    given = replace(replay(), times=Times({3: 1.0}, "a table of ours", estimated=True))
    assert "about 34 s a commit" in shown("replay", given)
    assert "estimated: a table of ours" in shown("replay", given)
    assert "about" not in shown("replay")
    text = shown("advice", Advised(given, (replace(advice(), before=given),)))
    assert "about 4.1 h saved" in text.replace("\n   ", " ")


def test_a_history_of_a_few_commits_has_a_column_for_each():
    text = shown("replay", replay(8))
    assert "        █████·██\n" in text
    assert "a column is one commit" in text
    assert "a week" not in text  # of three days a week is not known


def test_no_commits_are_no_error():
    assert shown("replay", Replay((), (), ())) == "Dockerfile  no commits\n\n"


def test_advice_claims_what_the_two_replays_say():
    text = shown("advice", Advised(replay(), (advice(),))).replace("\n   ", " ")
    assert (
        "87 % of 500 commits would reinstall dependencies; with this change 9 %: 4.1 h saved over 36 weeks"
        in text
    )
    assert "6.9 min a week at your rate of commits" in text
    assert "safe: the image stays the same" in text
    assert "ALL TOGETHER" not in text


def test_without_times_advice_counts_steps():
    one = advice(timed=False)
    before, after = (
        sum(step.rebuilt for step in each.steps) for each in (one.before, one.after)
    )
    text = shown("advice", Advised(one.before, (one,)), width=200)
    assert (
        f"with this change 9 %: {after} steps rebuilt in all instead of {before}"
        in text
    )


def test_without_advice_it_is_said_how_many_changes_were_tried():
    text = shown("advice", Advised(replay(), (), tried=12))
    assert (
        text
        == "12 changes were replayed over 500 commits: none would have saved anything over this history.\n\n"
    )
    assert shown("advice", Advised(replay(), ())) == "No change was found to try.\n\n"


def test_a_diff_has_the_colours_of_fix():
    text = shown("advice", colour=True)
    assert "\033[1m--- a/Dockerfile\033[0m" in text
    assert "\033[31m-COPY . /app\033[0m" in text
    assert "\033[32m+COPY . /app\033[0m" in text
    assert "\033[36m@@ -1,4 +1,5 @@\033[0m" in text


def strange(text):
    return {
        char
        for char in text
        if char != "\n" and (ord(char) < 32 or char in "\x7f\x9b\u202e\u2028\ufeff")
    } | {char for char in text if "\ud800" <= char <= "\udfff"}


def held(form, words):
    for kind, value in zip(WRITERS, hostile(words), strict=True):
        assert not strange(shown(kind, value, form).replace("\t", "")), kind


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_repository_says_reaches_the_terminal_as_it_is(form, text):
    held(form, text)


@pytest.mark.parametrize("form", ["text", "markdown"])
@given(text=st.text(st.characters(exclude_categories=()), max_size=20))
def test_no_text_reaches_the_terminal_as_it_is(form, text):
    held(form, text)


@pytest.mark.parametrize("width", [60, 80])
def test_hostile_text_of_a_great_length_is_cut(width):
    for kind, value in zip(WRITERS, hostile("x" * 100_000), strict=True):
        rows = shown(kind, value, width=width).splitlines()
        assert max(len(row) for row in rows if not row.startswith(("+", "-"))) <= width
        assert len(rows) < 60
