"""Markdown as a host would read it: rendered by a parser of CommonMark, nothing of others is markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofs import ALL, HOSTILE, hostile, proof
from report.cache.test_as_markdown import WORDS, shape, tokens

from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer

WRITE = proof_writer("markdown")


def written(value):
    return "".join(WRITE(value, View()))


def without_diff(text):
    """What stands in a diff may begin a row of it anew, and is code anyway."""
    return [kind for kind in shape(text) if kind != "fence"]


@pytest.mark.parametrize("words", [*WORDS, *HOSTILE])
def test_words_of_others_change_nothing_but_words(words):
    text = written(hostile(words))
    assert without_diff(text) == without_diff(written(hostile("x")))
    assert not {token.type for token in tokens(text)} & {
        "link_open",
        "image",
        "html_inline",
    }


@pytest.mark.parametrize("words", [*WORDS, *HOSTILE])
def test_no_words_of_others_are_html_or_a_mention(words):
    for token in tokens(written(hostile(words))):
        if token.type == "html_block":
            said = token.content.replace("</summary>", "<summary>").split("<summary>")
            assert {each.strip() for each in said[::2]} <= {
                "<details>",
                "</details>",
                "",
            }
        assert token.type != "text" or "@e" not in token.content


@given(st.text(st.sampled_from("`|\\ a\n-"), min_size=1, max_size=12))
def test_no_row_of_backticks_and_bars_changes_a_table(words):
    rows = [
        without_diff(written(hostile(each))).count("td_open") for each in (words, "x")
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("name", ALL)
def test_the_verdict_stands_first(name):
    given = ALL[name]()
    text = written(given)
    assert text.startswith("### ")
    assert f"{str(given.verdict.kind).upper()}: " in text.splitlines()[0]


def test_only_what_changed_stands_open():
    head, _, rest = written(proof()).partition("<details>")
    assert "| code edit |" in head
    assert "nothing changed" not in head
    assert "| rebuild | nothing changed |" in rest
    kinds = shape(written(proof()))
    assert kinds.count("table_open") == 5
    assert "```diff\n--- a/Dockerfile" in rest


def test_a_comment_has_room_for_it():
    large = "".join(f"+RUN make part{at}\n" for at in range(10_000))
    assert len(written(proof(diff=large))) < 60_000
