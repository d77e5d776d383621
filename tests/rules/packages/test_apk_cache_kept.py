"""What the examples of apk-cache-kept leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import build

from lightship.lint.engine import lint
from lightship.rules.packages.apk_cache_kept import RULE


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_an_image_that_nobody_pulls_may_keep_the_index(purpose):
    own = build("FROM alpine:3.22\nRUN apk add git\n")
    for_work = replace(own, purpose=purpose)
    assert lint(own, [RULE])
    assert lint(for_work, [RULE]) == []
    assert bool(lint(replace(for_work, is_published=True), [RULE])) == (purpose == "ci")
