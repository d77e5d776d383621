"""A label that must be a semantic version is not one

## What it does
Finds labels of the type `semver` in `label-schema` of `lightship.toml`, or of `.hadolint.yaml`,
whose value is not a version of Semantic Versioning 2.0.0, such as `1.4.0` or `2.0.0-rc.1`.
Without that setting the rule says nothing. Values with variables are left alone.

## Why is this bad?
Programs compare versions to tell which image is newer, and cannot compare `v1` with `latest`.

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

# https://semver.org, "Is there a suggested regular expression?"
_NUMBER = r"(?:0|[1-9]\d*)"
_PART = rf"(?:{_NUMBER}|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_FORM = regex(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?"
)


def check(build: Build) -> Iterator[Finding]:
    return labels_not_of_form(build, "semver", _FORM, "a semantic version")


_SCHEMA = 'label-schema = { a = "semver" }'

RULE = Rule(
    id="label-not-semver",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(policy=True),
    aliases=("DL3056",),
    examples=(
        Example(bad="LABEL a=v1.0.0", settings=_SCHEMA),
        Example(bad="LABEL a=1.0", settings=_SCHEMA),
        Example(bad="LABEL a=latest", settings=_SCHEMA),
        Example(bad="LABEL a=1.0.0-01", settings=_SCHEMA),
        Example(good="LABEL a=1.0.0", settings=_SCHEMA),
        Example(good="LABEL a=1.0.0-rc.1+build.5", settings=_SCHEMA),
        Example(good="ARG A\nLABEL a=$A", settings=_SCHEMA),
        Example(good="LABEL a='not one'"),
    ),
)
