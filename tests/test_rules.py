"""Every example of every rule is a test."""

from __future__ import annotations

import laws
import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of, fixed_by, whole
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.selection import select

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples)
]
BAD = [case for case in EXAMPLES if case.values[1].bad]
GOOD = [case for case in EXAMPLES if case.values[1].good]
DEFAULT = select(all_rules(), ())
READABLE = [case for case in BAD if case.values[0].id != "syntax-error"]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_bad_is_found(rule, example):
    found = lint(build_of(example.bad, example.files, example.modes), [rule])
    assert found
    assert {item.rule.id for item in found} == {rule.id}, [
        item.finding.message for item in found
    ]


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_is_not_found(rule, example):
    found = lint(build_of(example.good, example.files, example.modes), [rule])
    assert not found, [item.finding.message for item in found]


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_is_good_to_every_default_rule(rule, example):
    found = lint(build_of(example.good, example.files, example.modes), DEFAULT)
    assert not found, [(item.rule.id, item.finding.message) for item in found]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_fixed_is_what_the_fix_makes(rule, example):
    fixed = fixed_by(rule, build_of(example.bad, example.files, example.modes))
    assert fixed.text == (whole(example.fixed) if example.fixed else whole(example.bad))
    assert dict(fixed.files) == dict(example.fixed_files)


@pytest.mark.parametrize(("rule", "example"), READABLE)
@pytest.mark.parametrize("allowed", [SAFE, UNSAFE], ids=["safe", "unsafe"])
def test_the_laws_hold_for_the_rule_alone(rule, example, allowed):
    build = build_of(example.bad, example.files, example.modes)
    fixed = laws.hold(build, [rule], allowed)
    assert (fixed.text == build.dockerfile.text and not fixed.files) == (
        not fixed.applied
    )


@pytest.mark.parametrize(("rule", "example"), READABLE)
def test_each_choice_is_a_cure(rule, example):
    build = build_of(example.bad, example.files, example.modes)
    for item in lint(build, [rule]):
        for choice in item.finding.choices:
            chosen = laws.made(build, choice)
            assert not chosen.dockerfile.problems
            assert len(lint(chosen, [rule])) < len(lint(build, [rule]))


@pytest.mark.parametrize(("rule", "example"), READABLE)
def test_the_laws_hold_for_all_safe_fixes_together(rule, example):
    laws.hold(build_of(example.bad, example.files, example.modes), [*all_rules()], SAFE)
