"""Markdown as a host would read it: rendered by a parser of CommonMark, nothing of a repository is markup."""

from __future__ import annotations

import pytest
from caches import HOSTILE, advice, advised, change, hostile, replay
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lightship.cache.advice.advised import Advised
from lightship.report.cache.formats import (
    advice_writer,
    change_writer,
    replay_writer,
)
from lightship.report.kit.view import View

WRITERS = (
    change_writer("markdown"),
    replay_writer("markdown"),
    advice_writer("markdown"),
)
READER = MarkdownIt("commonmark").enable("table")
OWN_HTML = {"<details>", "<summary>", "</summary>", "</details>"}
WORDS = (
    *HOSTILE,
    "<b>x</b>",
    "@everyone",
    "![x](http://example.com/x.png)",
    "a | b",
    "`|`",
    "- # x",
    "1. x",
    "+ x",
    "===",
    "    x",
    "> x",
    "# x",
    "***",
    "\\",
    "a\\|b",
)


def written(values):
    return [
        "".join(write(value, View()))
        for write, value in zip(WRITERS, values, strict=True)
    ]


def tokens(text):
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def shape(text):
    """What a text is made of, without its words: headings, tables and their cells, lists, blocks of code."""
    kinds = {"text", "code_inline", "text_special", "inline", "softbreak"}
    return [token.type for token in tokens(text) if token.type not in kinds]


@pytest.mark.parametrize("words", WORDS)
def test_words_of_others_change_nothing_but_words(words):
    for text, plain in zip(written(hostile(words)), written(hostile("x")), strict=True):
        assert shape(text) == shape(plain)
        assert not {token.type for token in tokens(text)} & {
            "link_open",
            "image",
            "html_inline",
        }


@pytest.mark.parametrize("words", WORDS)
def test_no_words_of_others_are_html_or_a_mention(words):
    for text in written(hostile(words)):
        for token in tokens(text):
            if token.type == "html_block":
                said = token.content.replace("</summary>", "<summary>").split(
                    "<summary>"
                )
                assert {each.strip() for each in said[::2]} <= {
                    "<details>",
                    "</details>",
                    "",
                }
            assert token.type != "text" or "@e" not in token.content


@given(st.text(st.sampled_from("`|\\ a\n-"), min_size=1, max_size=12))
def test_no_row_of_backticks_and_bars_changes_a_table(words):
    for text, plain in zip(written(hostile(words)), written(hostile("x")), strict=True):
        rows = [
            [token.type for token in READER.parse(each) if token.type == "td_open"]
            for each in (text, plain)
        ]
        assert rows[0] == rows[1]


def test_it_is_tables_that_a_host_can_read():
    for text in written((change(), replay(60), advised(60))):
        kinds = shape(text)
        assert kinds.count("table_open") >= 1
        assert kinds.count("th_open") >= 3


def test_a_name_between_backticks_is_code():
    assert "no such file: `setup.cfg`" in "".join(WRITERS[1](replay(60), View()))


def test_one_piece_of_advice_is_not_said_twice():
    found = "".join(WRITERS[2](Advised(replay(), (advice(),), advice()), View()))
    assert found.count("would reinstall dependencies") == 1
    assert "```diff\n--- a/Dockerfile" in found
