"""Variables of FROM that another tool writes the name of an image into."""

from __future__ import annotations

import pytest
from judged import said

from lightship.facts.values.filled_bases import FILLED_BASES

RULES = ("undefined-arg-in-from", "invalid-default-base-image")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("form", ["$%s", "${%s}", '"$%s"'])
def test_such_a_base_is_no_mistake(rule, form):
    for name in FILLED_BASES:
        assert said(rule, f"FROM {form % name}\nRUN make\n") == []
        assert said(rule, f"FROM {form % name.lower()}\nRUN make\n") != []
