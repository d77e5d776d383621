"""A label that must be an e-mail address is not one

## What it does
Finds labels of the type `email` in `label-schema` of `lightship.toml`, or of `.hadolint.yaml`,
whose value is not an e-mail address of RFC 5322.
Without that setting the rule says nothing. Values with variables are left alone.

## Why is this bad?
The label is there to reach somebody when the image makes trouble.

## When to ignore
Ignore it where one image has another scheme, and say which in the comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import labels_not_of_form
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_FORM = regex(
    rf"{_ATOM}(?:\.{_ATOM})*@(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[^\]\s]+\])"
)


def check(build: Build) -> Iterator[Finding]:
    return labels_not_of_form(build, "email", _FORM, "an e-mail address")


_SCHEMA = 'label-schema = { a = "email" }'

RULE = Rule(
    id="label-not-email",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(policy=True),
    aliases=("DL3058",),
    examples=(
        Example(bad="LABEL a=me", settings=_SCHEMA),
        Example(bad="LABEL a=me@", settings=_SCHEMA),
        Example(bad='LABEL a="A B <a@b.example>"', settings=_SCHEMA),
        Example(good="LABEL a=me@example.com", settings=_SCHEMA),
        Example(good="LABEL a=first.last+tag@mail.example.com", settings=_SCHEMA),
        Example(good="ARG A\nLABEL a=$A", settings=_SCHEMA),
        Example(good="LABEL a='not one'"),
    ),
)
