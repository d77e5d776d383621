"""Markdown that a host can read, made of texts that anybody wrote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightship.report.kit.markdown import (
    code,
    fenced,
    folded,
    notes,
    sentence,
    table,
    text,
)


@given(st.text(max_size=30))
def test_code_in_a_table_stays_in_its_cell(words):
    made = code(words)
    assert "\n" not in made
    assert made.count("|") == made.count("\\|")


def test_markdown_makes_no_mentions_and_no_links():
    assert "@team" not in text("@team")
    assert "http://" not in text("http://a")
    assert text("a|b<c>") == r"a\|b\<c\>"


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_table_has_a_row_for_each_and_a_cell_for_each_column(first, second):
    cells = (text(first), code(second))
    made = "".join(table(("a", "b"), [cells, cells], numbers=("b",)))
    head, rule, *rows = made.removesuffix("\n\n").split("\n")
    assert (head, rule) == ("| a | b |", "| --- | ---: |")
    assert len(rows) == 2
    assert all(row.count("|") - row.count("\\|") == 3 for row in rows)


def test_a_table_without_rows_is_nothing():
    assert list(table(("a", "b"), [])) == []


def test_what_is_folded_has_its_title():
    made = "".join(folded("More", ["text\n\n"]))
    assert made == "<details><summary>More</summary>\n\ntext\n\n</details>\n\n"


def test_a_sentence_starts_no_list_and_ends_no_code_that_nobody_began():
    assert sentence("1. a `b` c") == r"1\. a `b` c"
    assert sentence("- a ` c") == r"\- a \` c"
    assert "".join(notes(["a", "b\nc"])) == "- a\n- b\\\\nc\n\n"


@given(st.text(st.sampled_from("`\n+- a"), max_size=40))
def test_no_diff_ends_its_own_block(diff):
    first, *rows, last = fenced(diff).split("\n")
    assert first == f"{last}diff"
    assert set(last) == {"`"}
    assert not any(last in row for row in rows)
