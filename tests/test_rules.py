"""Every example of every rule is a test: an item for each rule and law, which names each example that fails."""

from __future__ import annotations

from collections.abc import Iterator

import laws
import pytest
from every import every

from lightship.build import Build
from lightship.lint.engine import lint
from lightship.lint.examples import build_of, fixed_by, whole
from lightship.lint.finding import Fix
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import all_rules, dockerfile_rules
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_selection import select

# What the laws speak of: a text that cannot be read is never fixed
UNREADABLE = "syntax-error"
DEFAULT = select(all_rules(), ())


def bad(rule: Rule) -> list[tuple[str, Example]]:
    return [(name, example) for name, example in _named(rule) if example.bad]


def good(rule: Rule) -> list[tuple[str, Example]]:
    return [(name, example) for name, example in _named(rule) if example.good]


def _named(rule: Rule) -> Iterator[tuple[str, Example]]:
    for number, example in enumerate(rule.examples):
        yield f"{rule.id}-{number}", example


def bad_build(example: Example) -> Build:
    return build_of(example.bad, example.files, example.modes, example.settings)


def has_a_fix(rule: Rule) -> bool:
    """Whether one of its examples is changed; to a rule that changes nothing the laws of fixes say nothing."""
    return any(example.fixed or example.fixed_files for _, example in bad(rule))


def is_readable(rule: Rule) -> bool:
    return bool(bad(rule)) and rule.id != UNREADABLE


def rules(kept) -> pytest.MarkDecorator:
    """An item for each rule that is kept."""
    found = [rule for rule in dockerfile_rules() if kept(rule)]
    return pytest.mark.parametrize("rule", found, ids=[rule.id for rule in found])


@rules(bad)
def test_bad_is_found_and_said_in_a_hundred_characters(rule):
    def law(example: Example) -> None:
        found = lint(bad_build(example), [rule])
        messages = [item.finding.message for item in found]
        assert found
        assert {item.rule.id for item in found} == {rule.id}, messages
        assert max(map(len, messages)) <= 100, messages

    every(bad(rule), law)


# Examples are short: they do not install the commands that they call
SPARED = {"command-not-in-image"}


@rules(good)
def test_good_is_good_to_it_and_to_every_default_rule(rule):
    others = [item for item in DEFAULT if item.id not in SPARED]
    judges = dict.fromkeys((rule, *others))

    def law(example: Example) -> None:
        found = lint(
            build_of(example.good, example.files, example.modes, example.settings),
            tuple(judges),
        )
        assert not found, [(item.rule.id, item.finding.message) for item in found]

    every(good(rule), law)


@rules(bad)
def test_fixed_is_what_the_fix_makes(rule):
    def law(example: Example) -> None:
        fixed = fixed_by(rule, bad_build(example))
        assert fixed.text == whole(example.fixed or example.bad)
        assert dict(fixed.files) == dict(example.fixed_files)

    every(bad(rule), law)


@rules(has_a_fix)
@pytest.mark.parametrize("allowed", [SAFE, UNSAFE], ids=["safe", "unsafe"])
def test_the_laws_hold_for_the_rule_alone(rule, allowed):
    def law(example: Example) -> None:
        build = bad_build(example)
        fixed = laws.hold(build, [rule], allowed)
        is_unchanged = fixed.text == build.dockerfile.text and not fixed.files
        assert is_unchanged == (not fixed.applied)

    every(bad(rule), law)


@rules(is_readable)
def test_the_laws_hold_for_all_safe_fixes_together(rule):
    every(bad(rule), lambda example: laws.hold(bad_build(example), all_rules(), SAFE))


def test_each_choice_is_a_cure():
    found = [
        (f"{name}: {choice.message}", (rule, bad_build(example), choice))
        for rule in dockerfile_rules()
        for name, example in bad(rule)
        for item in lint(bad_build(example), [rule])
        for choice in item.finding.choices
    ]
    assert len(found) >= 9

    def law(case: tuple[Rule, Build, Fix]) -> None:
        rule, build, choice = case
        chosen = laws.made(build, choice)
        assert not chosen.dockerfile.problems
        assert len(lint(chosen, [rule])) < len(lint(build, [rule]))

    every(found, law)


def test_no_example_is_so_long_that_its_rule_weighs_much():
    """It is made whenever the rule is imported."""
    for rule in dockerfile_rules():
        for example in rule.examples:
            sizes = [len(text) for text in (example.files or {}).values()]
            assert sum(sizes) < 100_000, f"{rule.id}: write it into a test"
