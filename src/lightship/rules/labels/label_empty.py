"""A label has no value

## What it does
Finds labels whose value is empty or consists of blanks only. Values with variables are left alone.

The rule is off by default, since an empty label is also the only way to reset a label that was
inherited from the base image.

## Why is this bad?
An empty label says nothing. Tools that read it cannot tell whether the value was forgotten or a
build argument was not passed.

## When to ignore
Ignore it where the label is empty on purpose, to override one of the base image.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import labels
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    for label in labels(build):
        value = label.value
        if value is None or value.strip():
            continue
        message = f"{label.name} has no value: remove it"
        yield Finding(label.span, message)


RULE = Rule(
    id="label-empty",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("LABEL",), given_labels=True),
    default=False,
    examples=(
        Example(bad='LABEL maintainer=""'),
        Example(bad="LABEL version=1 \\\n    description=''"),
        Example(bad='LABEL title=" "'),
        Example(good="LABEL version=1"),
        Example(good="ARG VERSION\nLABEL version=$VERSION"),
    ),
)
