"""What the pages hold: one script that its policy names, and nothing of a repository that is more than text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from amounts import share_of
from caches import HOSTILE, advised, bare, change, hostile, replay
from hypothesis import given, settings
from hypothesis import strategies as st
from report.pages import block_of, data_of

from lightship.cache.advice.advised import Advised
from lightship.cache.replay.results import Replay
from lightship.report.cache.formats import (
    advice_writer,
    change_writer,
    replay_writer,
)
from lightship.report.cache.html.data import (
    advice_page,
    change_data,
    replay_data,
    replay_page,
)
from lightship.report.kit.view import View

WRITERS = (change_writer("html"), replay_writer("html"), advice_writer("html"))
SCRIPT = re.compile("(?s)<script>(.*?)</script>")


def pages(values):
    return [
        "".join(write(value, View()))
        for write, value in zip(WRITERS, values, strict=True)
    ]


def given_values():
    return change(), replay(), advised()


@pytest.mark.parametrize("text", ["plain", *HOSTILE])
def test_a_page_has_two_scripts_whatever_a_repository_says(text):
    for page in pages(hostile(text)):
        assert page.count("<script") == page.count("</script>") == 2
        assert (
            len(
                re.findall(
                    "<(?:img|a|b|i|iframe)[ >]",
                    page.partition("<body>")[2].partition("<script>")[0],
                )
            )
            == 0
        )
        block = block_of(page)
        assert not set("<>&") & set(block)
        assert data_of(page)["kind"] in ("explanation", "replay", "advice")


def test_the_policy_names_the_scripts_and_nothing_else_runs():
    for page in pages(given_values()):
        scripts = SCRIPT.findall(page)
        digests = [
            b64encode(sha256(script.encode()).digest()).decode() for script in scripts
        ]
        allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
        assert (
            f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'"
            in page
        )
        assert "http://" not in page
        assert "https://" not in page


def test_a_page_of_500_commits_is_small():
    assert max(map(len, pages(given_values()))) < 250_000


def test_the_data_is_that_of_the_replay():
    given = replay(80)
    found = replay_page(given)["replay"]
    assert [step["fates"] for step in found["steps"]] == [
        step.fates for step in given.steps
    ]
    for row, each in zip(found["commits"], given.commits, strict=True):
        assert row[0] == each.commit.id
        assert row[3] == list(each.missed)
        assert [found["causes"][at] for at in row[4]] == list(each.causes)
    assert len(found["causes"]) == 2


def test_advice_has_the_history_before_and_with_all_of_it():
    found = advice_page(advised(80))
    assert found["before"] == replay_data(advised(80).before)
    assert found["after"] == replay_data(advised(80).together.after)
    assert advice_page(Advised(replay(8), (), tried=3))["after"] is None


def test_nothing_at_all_is_a_page_too():
    empty = Replay((), (), ())
    assert len(pages((bare(()), empty, Advised(empty, ())))) == 3
    assert change_data(bare(()))["verdict"] == "No steps."


@settings(max_examples=share_of(25))
@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_is_a_page_of_utf_8(text):
    for page in pages(hostile(text)):
        data_of(page.encode().decode())
