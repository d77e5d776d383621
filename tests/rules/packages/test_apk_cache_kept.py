"""What the examples of apk-cache-kept leave out."""

from __future__ import annotations

from dataclasses import replace

from made import build

from lightship.lint.engine import lint
from lightship.rules.packages.apk_cache_kept import RULE


def test_an_image_that_nobody_pulls_may_keep_the_index():
    own = build("FROM alpine:3.22\nRUN apk add git\n")
    for_tests = replace(own, purpose="test")
    assert lint(own, [RULE])
    assert lint(for_tests, [RULE]) == []
    assert lint(replace(for_tests, is_published=True), [RULE])
