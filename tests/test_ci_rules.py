"""Every example of every rule that judges files of CI is a test, and the laws of their fixes hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from every import every

from lightship.builds.yaml_tree import read_yaml
from lightship.lint.ci_engine import examine_ci
from lightship.lint.ci_fixes import fix_ci
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.examples import ci_file_of, ci_fixed_by
from lightship.lint.fixes import SAFE, UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_selection import RuleSelection, select

RULES = [rule for rule in all_rules() if rule.judges_ci]
DEFAULT = RuleSelection(select(all_rules(), ()))
each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


def _examples(rule: Rule, kind: str) -> Iterator[tuple[str, Example]]:
    for number, example in enumerate(rule.examples):
        if getattr(example, kind):
            yield f"{rule.id}-{number}", example


def _found(text: str, example: Example, selection: RuleSelection) -> list[Diagnostic]:
    return examine_ci(ci_file_of(text, example.files), selection)[0]


@each_rule
def test_bad_is_found_and_said_in_a_hundred_characters(rule):
    def law(example: Example) -> None:
        found = _found(example.bad, example, RuleSelection((rule,)))
        messages = [item.finding.message for item in found]
        assert {item.rule.id for item in found} == {rule.id}, messages
        assert max(map(len, messages)) <= 100, messages
        for item in found:
            assert item.finding.span.of(example.bad).strip()

    assert list(_examples(rule, "bad"))
    every(_examples(rule, "bad"), law)


@each_rule
def test_good_is_good_to_it_and_to_every_default_rule(rule):
    judges = RuleSelection(tuple(dict.fromkeys((rule, *DEFAULT.rules))))

    def law(example: Example) -> None:
        found = _found(example.good, example, judges)
        own = [item for item in found if item.rule.id == rule.id]
        assert not own, [item.finding.message for item in own]
        assert "rule-crashed" not in {item.rule.id for item in found}

    assert list(_examples(rule, "good"))
    every(_examples(rule, "good"), law)


@each_rule
def test_fixed_is_what_the_fix_makes(rule):
    def law(example: Example) -> None:
        fixed = ci_fixed_by(rule, example)
        assert fixed.text == (example.fixed or example.bad)

    every(_examples(rule, "bad"), law)


@each_rule
@pytest.mark.parametrize("allowed", [SAFE, UNSAFE], ids=["safe", "unsafe"])
def test_the_laws_of_fixes_hold(rule, allowed):
    def law(example: Example) -> None:
        for selection in (RuleSelection((rule,)), RuleSelection(tuple(RULES))):
            file = ci_file_of(example.bad, example.files)

            def reread(text: str, files=example.files):
                return ci_file_of(text, files)

            fixed = fix_ci(file, reread, selection, allowed)
            assert read_yaml(fixed.text)
            again = fix_ci(reread(fixed.text), reread, selection, allowed)
            assert again.text == fixed.text
            assert not again.applied
            assert _comments(fixed.text) == _comments(example.bad)
            new = _counts(fixed.text, example) - _counts(example.bad, example)
            assert not new, f"the fix makes new findings: {new}\n{fixed.text}"

    every(_examples(rule, "bad"), law)


def _comments(text: str) -> Counter[str]:
    return Counter(line.partition("#")[2] for line in text.split("\n") if "#" in line)


def _counts(text: str, example: Example) -> Counter[str]:
    return Counter(item.rule.id for item in _found(text, example, DEFAULT))
