"""A rule's page: the sections of its docstring, two to four examples, its aliases."""

from __future__ import annotations

from operator import attrgetter

import pytest

from lightship.lint.finding import Severity
from lightship.lint.registry import all_rules
from lightship.lint.rule import Example, Rule
from lightship.report.lint.as_rules import page, row

DOCS = """FROM names an image without a tag

## What it does
Finds images without a tag.

## Why is this bad?

The tag `latest` moves.
It may be another image tomorrow.

Two machines build on what each pulled last.

## When to ignore
Ignore it in a demonstration.
"""


def rule_of(docs: str = DOCS, examples: tuple[Example, ...] = ()) -> Rule:
    return Rule(
        id="untagged",
        docs=docs,
        severity=Severity.WARNING,
        check=lambda _: (),
        aliases=("DL3006",),
        examples=examples,
    )


def test_the_sections_of_a_docstring():
    rule = rule_of()
    assert rule.sections == {
        "What it does": "Finds images without a tag.",
        "Why is this bad?": "The tag `latest` moves.\nIt may be another image tomorrow.\n\n"
        "Two machines build on what each pulled last.",
        "When to ignore": "Ignore it in a demonstration.",
    }
    assert rule.reason == "The tag `latest` moves. It may be another image tomorrow."


def test_the_headings_of_a_page_stand_in_one_order():
    text = page(rule_of(examples=(Example(bad="FROM debian"),)))
    lines = text.splitlines()
    headings = [line for line in lines[2:] if line and not line.startswith(" ")]
    assert headings == [
        "What it does",
        "Why is this bad?",
        "Example",
        "When to ignore",
        "Aliases",
    ]
    assert lines[-1] == "  DL3006"


BAD = [Example(bad=f"FROM bad{number}") for number in range(4)]
GOOD = [Example(good=f"FROM good{number}") for number in range(3)]


def test_a_page_shows_the_first_two_bad_examples_and_the_first_good_one():
    rule = rule_of(examples=(*GOOD, *BAD))
    assert rule.shown_examples == (BAD[0], BAD[1], GOOD[0])
    assert "4 more: lightship rules untagged --format json" in page(rule)
    assert len(row(rule)["examples"]) == 7


def test_an_example_can_say_that_it_stands_on_the_page():
    named = Example(bad="FROM named", on_page=True)
    rule = rule_of(examples=(*BAD, named, *GOOD))
    assert rule.shown_examples == (named, GOOD[0])


@pytest.mark.parametrize("rule", all_rules(), ids=attrgetter("id"))
def test_two_to_four_examples_stand_on_a_page_and_one_of_them_shows_the_fix(rule):
    shown = rule.shown_examples
    assert not rule.examples or 2 <= len(shown) <= 4
    assert rule.has_fix == any(item.fixed or item.fixed_files for item in shown)
