"""What the examples of apk-cache-kept leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import build

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.rules.packages.apk_cache_kept import RULE


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_an_image_that_nobody_pulls_may_keep_the_index(purpose):
    own = build("FROM alpine:3.22\nRUN apk add git\n")
    for_work = replace(own, purpose=purpose)
    assert lint(own, [RULE])
    assert lint(for_work, [RULE]) == []
    assert bool(lint(replace(for_work, is_published=True), [RULE])) == (purpose == "ci")


def test_the_index_stays_where_another_dockerfile_installs_from_it():
    text = "FROM alpine:3.22\nRUN apk add git\n"
    other = "FROM shop-base\nRUN apk add curl\n"
    (alone,) = lint(build_of(text, {"web.Dockerfile": "FROM alpine:3.22\n"}), [RULE])
    assert alone.finding.fix is not None
    (needed,) = lint(build_of(text, {"web.Dockerfile": other}), [RULE])
    assert needed.finding.fix is None


@pytest.mark.parametrize(
    ("fetch", "count"),
    [("apk fetch git", 0), ("apk update && apk fetch git", 1), ("apk info git", 1)],
)
def test_a_later_fetch_reads_the_index(fetch, count):
    text = f"FROM alpine:3.22\nRUN apk add curl\nRUN {fetch}\nCMD a"
    assert len(lint(build(text), [RULE])) == count
