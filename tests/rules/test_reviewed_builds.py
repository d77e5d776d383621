"""Findings on builds, starts and installs that a reader called wrong or needless."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.13-slim\n"


def found(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    return lint(build, [RULES[rule]])


def said(rule, text, files=None, **fields):
    return [item.finding.message for item in found(rule, text, files, **fields)]


# Names of base images


def test_an_argument_that_a_build_gives_needs_no_default():
    text = "ARG VERSION\nFROM example.com/base:${VERSION}-slim"
    assert said("invalid-default-base-image", text)
    given = frozenset({"VERSION"})
    assert not said("invalid-default-base-image", text, given_args=given)


def test_an_argument_that_no_build_gives_is_reported_beside_one_that_is_given():
    text = "ARG NAME\nARG VERSION\nFROM example.com/$NAME:$VERSION"
    assert said("invalid-default-base-image", text, given_args=frozenset({"NAME"}))


def test_one_argument_without_a_default_is_reported_once():
    text = "ARG VERSION\nFROM example.com/a:$VERSION AS a\nFROM example.com/b:$VERSION"
    assert len(said("invalid-default-base-image", text)) == 1


# Comments that take lines in


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
