"""Rows of text, diffs and the gate, as a terminal shows them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lightship.outcome import Outcome
from lightship.report.kit.diff import changes, diff, diff_rows
from lightship.report.kit.gate_report import gate_text
from lightship.report.kit.rows import cut, notes, wrapped
from lightship.report.kit.view import View
from lightship.text import TextChange
from lightship.wording.printable import printable

COLOURED = View(colour=True)


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@given(st.text(max_size=200), st.integers(40, 120), st.integers(0, 9))
def test_rows_fit_and_hold_nothing_that_a_terminal_obeys(words, width, indent):
    for row in wrapped(words, indent, View(width=width)):
        assert len(row) <= width
        assert printable(row) == row


@given(st.text(max_size=90), st.integers(0, 60))
def test_what_is_cut_fits(words, room):
    assert len(cut(words, room)) <= max(room, 8)
    assert cut(words, 90) == words


def test_a_note_has_its_mark_on_its_first_row():
    words = "word " * 30
    first, second, *_ = "".join(notes([words], View(width=60))).split("\n")
    assert first.startswith("note  word")
    assert second.startswith("      word")


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_a_diff_in_colour_is_the_same_diff(before, after):
    made = diff("a", TextChange(before, after))
    assert plain(diff("a", TextChange(before, after), colour=True)) == made
    assert (made == "") == (before == after)


def test_a_file_that_does_not_change_has_no_diff():
    files = {"a": TextChange("x", "x"), "b": TextChange("", "new\n")}
    assert "".join(changes(files)) == "--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+new\n"


def test_the_rows_of_a_diff_hold_nothing_that_a_terminal_obeys():
    rows = list(diff_rows("--- a\n+x\x1b[2J\n", COLOURED))
    assert rows == ["\x1b[1m--- a\x1b[0m", "\x1b[32m+x\ufffd[2J\x1b[0m"]


def test_the_gate_tells_what_is_broken_and_why():
    kept = Outcome("max-size", "200 MB", "100 MB", passed=True, detail=())
    broken = Outcome("max-waste", "1 MB", "2 MB", passed=False, detail=("x" * 200,))
    text = "".join(gate_text((kept, broken), COLOURED))
    rows = plain(text).splitlines()
    assert rows[0] == "GATE  FAILED, 1 of 2 limits"
    assert rows[1] == "  ok    max-size 200 MB: 100 MB"
    assert rows[2] == "  FAIL  max-waste 1 MB: 2 MB"
    assert len(rows[3]) == COLOURED.width
    assert plain("".join(gate_text((kept,), COLOURED))).startswith("GATE  PASSED")
    assert list(gate_text((), COLOURED)) == []
