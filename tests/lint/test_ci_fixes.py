"""Fixes of CI that do not make their finding go away are left out."""

from __future__ import annotations

from dataclasses import replace

from lightship.lint.ci_fixes import fix_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.finding import Finding, Fix
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.text import Edit, Span

RULE = next(rule for rule in all_rules() if rule.id == "cache-mode-min").rule
TEXT = "on: push\njobs: {}\n"


def test_a_fix_after_which_the_same_is_found_again_is_left_out():
    def check(file):
        at = file.text.index("jobs")
        above = Fix("Add a comment above", (Edit.insert(at, "# a\n"),))
        yield Finding(Span(at, at + 4), "there are jobs", above)

    rule = replace(RULE, check=check)
    done = fix_ci(ci_file_of(TEXT), ci_file_of, RuleSelection((rule,)), UNSAFE)
    assert done.text == TEXT
    assert not done.applied
    assert [item.diagnostic.message for item in done.left] == ["there are jobs"]
