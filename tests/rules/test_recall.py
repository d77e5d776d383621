"""The same mistake, written in other ways: each rule still finds it, or leaves it for a reason that it gives.

The seeds are the bad examples of all rules. In each, every instruction that has a part in the mistake (a finding points
at it, or without it there is none) is rewritten in every way of `ways.py` that fits it. With `--quick` that is done at
three places for each way, which are then those of the first examples; a way that the rule leaves is tried at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import NamedTuple

import amounts
import pytest
import ways

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import dockerfile_rules
from lightship.lint.rule import Example, Rule

RULES = {rule.id: rule for rule in dockerfile_rules()}
ENOUGH = 10
QUICKLY = 3  # places for a way

# Rules about how a text is written: another way of writing it is no longer that mistake.
FORM = {
    "continuation-in-comment": "a comment that takes in the next line is the mistake: elsewhere it is a comment",
    "empty-continuation": "an empty line within an instruction is the mistake: on one line there is none",
    "syntax-error": "a text that cannot be read has no instructions to rewrite",
}
# Rules for which there are fewer than ten ways.
FEW = {
    "ignore-pattern-refused": "the mistake is in the ignore file, whatever the Dockerfile says",
    "rule-crashed": "no text shows it: it is a fault of lightship",
    "unreadable-file": "no text shows it",
}


class Written(NamedTuple):
    way: str
    text: str
    found: bool


def left_ways(rule: Rule) -> dict[str, str]:
    """The ways that the rule leaves, each with its reason."""
    return {
        way: reason for names, reason in rule.missed.items() for way in names.split()
    }


def written(rule: Rule) -> tuple[Written, ...]:
    """Every bad example of the rule in every way, and whether the rule finds it."""
    left = left_ways(rule)
    places = Counter[str]()

    def is_asked(way: str) -> bool:
        return not amounts.quick or way in left or places[way] < QUICKLY

    rows: dict[Written, None] = {}
    for example in rule.examples:
        if not example.bad:
            continue
        for row in _written(rule, example, is_asked):
            places[row.way] += 1
            rows[row] = None
    return tuple(rows)


def _written(
    rule: Rule, example: Example, is_asked: Callable[[str], bool]
) -> Iterator[Written]:
    number = _number(rule, _build(example, example.bad))
    # Many ways rewrite the whole text: from each of its instructions they come to the same
    finds: dict[str, bool] = {}
    for place, is_spot in _parts(rule, example):
        fitting = (
            ways.TEXT_WAYS if rule.id in FORM else ways.fitting(place, is_spot=is_spot)
        )
        asked = {name: way for name, way in fitting.items() if is_asked(name)}
        for name, text in ways.texts(place, asked):
            if text not in finds:
                build = _build(example, text)
                assert rule.id == "syntax-error" or not build.dockerfile.problems, text
                finds[text] = _number(rule, build) >= number
            yield Written(name, text, finds[text])


def _parts(rule: Rule, example: Example) -> Iterator[tuple[ways.Place, bool]]:
    """The instructions that have a part in the mistake, and whether a finding points at them."""
    build = _build(example, example.bad)
    text, instructions = build.dockerfile.text, build.dockerfile.instructions
    found = [item.finding for item in lint(build, [rule])]
    spots = {
        _at(instructions, finding.span.start)
        for finding in found
        if finding.path is None
    }
    for instruction in instructions:
        span = instruction.span
        without = text[: span.start] + text[span.end + 1 :]
        if instruction in spots:
            yield ways.Place(build, instruction), True
        elif instruction.keyword != "FROM" and not _number(
            rule, _build(example, without)
        ):
            yield ways.Place(build, instruction), False


def _at(instructions: tuple[Instruction, ...], place: int) -> Instruction:
    """The instruction that stands there, or behind a comment that does."""
    return next(
        (each for each in instructions if place <= each.span.end), instructions[-1]
    )


def _build(example: Example, text: str) -> Build:
    return build_of(text, example.files, example.modes, example.settings)


def _number(rule: Rule, build: Build) -> int:
    return sum(item.rule is rule for item in lint(build, [rule]))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_it_is_found_in_ten_ways_and_in_all_but_those_that_are_left(rule):
    rows = written(rule)
    left = left_ways(rule)
    unknown = [item for item in rows if not item.found and item.way not in left]
    texts = "\n\n".join(f"{item.way}:\n{item.text}" for item in unknown)
    assert not unknown, (
        f"{rule.id} does not find its own mistake when it is written in other ways: let its check "
        f"find them, or give each way with a reason in `missed` of its RULE\n\n{texts}"
    )

    found_after_all = left.keys() - {item.way for item in rows if not item.found}
    assert not found_after_all, f"take these out of `missed` of {rule.id}"

    examples = sum(bool(example.bad) for example in rule.examples)
    number = examples + len({item.way for item in rows if item.found})
    if rule.id in FEW:
        assert number < ENOUGH, f"{rule.id} has enough ways: take it out of FEW"
    else:
        assert number >= ENOUGH, (
            f"{rule.id} is shown in {number} ways only: give it more bad examples"
        )


@pytest.mark.parametrize("rule", RULES.values(), ids=attrgetter("id"))
def test_the_ways_that_a_rule_leaves_exist(rule):
    assert left_ways(rule).keys() <= ways.WAYS.keys()


def test_the_tables_name_rules():
    assert FORM.keys() | FEW.keys() <= RULES.keys()
