"""A label that must be a git hash is not one

## What it does
Finds labels of the type `hash` in `label-schema` of `lightship.toml`, or of `.hadolint.yaml`,
whose value is not the hash of a git commit: 7 to 40 hexadecimal digits in lower case, or 64.
Without that setting the rule says nothing. Values with variables are left alone.

## Why is this bad?
The label is there to find the sources of an image. With a branch or a tag, which move, no one can
tell which sources they were.

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

_FORM = regex(r"[0-9a-f]{7,40}|[0-9a-f]{64}")


def check(build: Build) -> Iterator[Finding]:
    return labels_not_of_form(build, "hash", _FORM, "a git commit's hash")


_SCHEMA = 'label-schema = { a = "hash" }'

RULE = Rule(
    id="label-not-git-hash",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(policy=True),
    aliases=("DL3055",),
    examples=(
        Example(bad="LABEL a=main", settings=_SCHEMA),
        Example(bad="LABEL a=v1.2", settings=_SCHEMA),
        Example(bad="LABEL a=1A2B3C4", settings=_SCHEMA),
        Example(bad="LABEL a=123456", settings=_SCHEMA),
        Example(good="LABEL a=0a1b2c3", settings=_SCHEMA),
        Example(
            good="LABEL a=0123456789abcdef0123456789abcdef01234567", settings=_SCHEMA
        ),
        Example(good="ARG A\nLABEL a=$A", settings=_SCHEMA),
        Example(good="LABEL a='not one'"),
    ),
)
