"""Why a finding has no fix: the reason is at the end of its message."""

from __future__ import annotations

import pytest

from lightship.facts.ci.why_no_fix import NOT_PLAIN, fix_alone, with_why
from lightship.lint.finding import Fix, Safety
from lightship.text import Edit

FIX = Fix("Add a cache", (Edit.insert(0, "x"),), Safety.UNSAFE)


@pytest.mark.parametrize(
    ("fix", "said", "left"),
    [
        (FIX, "no cache", FIX),
        (
            "it is a command, not an action",
            "no cache (no fix: it is a command, not an action)",
            None,
        ),
        (NOT_PLAIN, f"no cache (no fix: {NOT_PLAIN})", None),
    ],
)
def test_a_reason_stands_in_place_of_a_fix(fix, said, left):
    assert with_why("no cache", fix) == said
    assert fix_alone(fix) is left
