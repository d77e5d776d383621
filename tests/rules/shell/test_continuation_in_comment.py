"""When continuation-in-comment reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import RULES

from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection


@pytest.mark.parametrize("operator", ["&&", "||", ";", "|"])
def test_an_operator_at_the_end_of_a_comment_stays_code(operator):
    lines = (
        f"RUN true && \\\n    one # first {operator} \\\n    two",
        f"RUN true && \\\n    # first\n    one {operator} \\\n    two",
    )
    before, after = (f"FROM debian:13\n{text}\n" for text in lines)
    rules = RuleSelection((RULES["continuation-in-comment"],))
    assert fix(build_of(before), rules, UNSAFE).text == after


@pytest.mark.parametrize("comment", ["# first", "# first && \\\n    &&"])
def test_a_comment_is_not_moved_where_the_next_command_would_become_arguments(comment):
    text = f"FROM debian:13\nRUN true && \\\n    one {comment} \\\n    two\n"
    rules = RuleSelection((RULES["continuation-in-comment"],))
    assert fix(build_of(text), rules, UNSAFE).text == text
