from __future__ import annotations

import pytest

from lightship.report.kit.diff import diff
from lightship.report.kit.excerpt import WIDTH, excerpt
from lightship.text import Lines, Span, TextChange
from lightship.wording.printable import printable


def place(text, part):
    start = text.index(part)
    return excerpt(Lines(text), Span(start, start + len(part)))


@pytest.mark.parametrize(
    ("text", "part", "source", "marks"),
    [
        ("a\nRUN b c\n", "b", "RUN b c", "    ^"),
        ("\tRUN b", "RUN", "    RUN b", "    ^^^"),
        ("RUN b \\\n  c\n", "b \\\n  c", "RUN b \\", "    ^^^"),
        ("RUN b\r\n", "b", "RUN b", "    ^"),
        ("ENV ü 日本 x", "x", "ENV ü 日本 x", "           ^"),
        ("RUN \x1b[31m x", "x", "RUN \ufffd[31m x", "          ^"),
        ("RUN b", "", "RUN b", "^"),
    ],
)
def test_the_carets_stand_below_the_place(text, part, source, marks):
    assert place(text, part) == (source, marks)


def test_a_long_line_is_cut_around_the_place():
    text = "RUN " + "x" * 60_000 + "HERE" + "y" * 60_000
    source, marks = place(text, "HERE")
    assert len(source) <= WIDTH + 6
    assert source[marks.index("^") :].startswith("HERE")
    assert source.startswith("...")
    assert source.endswith("...")


def test_a_place_at_the_end_of_the_text():
    assert excerpt(Lines("RUN b\n"), Span(6, 6)) == ("", "^")


def test_what_a_terminal_would_obey_is_not_printed():
    assert printable("a\x1b\x07\x9b\u202e\u2066\udcff") == "a" + "\ufffd" * 6


def test_a_diff_of_texts_without_a_last_line_end():
    assert diff("f", TextChange("a\nb", "a\nc\n")) == (
        "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
    )


def test_a_diff_of_a_new_file():
    assert (
        diff("f", TextChange("", "a\n"))
        == "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"
    )
    # An empty file that is there is no new one
    is_there = TextChange("", "a\n", is_there=True)
    assert diff("f", is_there) == "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"


def test_only_a_line_feed_ends_a_line():
    assert (
        diff("f", TextChange("a\x0cb\u2028c\rd\n", "a\x0cb\u2028c\rD\n")).count("\n-")
        == 1
    )
