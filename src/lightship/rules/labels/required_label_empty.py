"""A label that the settings require has no value

## What it does
Finds labels of `label-schema` in `lightship.toml`, or in `.hadolint.yaml`, whose value is empty or
consists of blanks only. Without that setting the rule says nothing. Values with variables are left
alone.

## Why is this bad?
The label is required because somebody reads it, and an empty one says nothing.

## When to ignore
Ignore it where something else sets the value, in a way that `lightship builds` does not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.values.labels import labels
from lightship.facts.values.team_policy import team_policy
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    schema = team_policy(build).label_schema
    if not schema:
        return
    for label in labels(build):
        if label.key not in schema or label.value is None:
            continue
        if not label.value.strip():
            message = f"the required label {label.name} is empty: give it a value"
            yield Finding(label.span, message)


_SCHEMA = 'label-schema = { maintainer = "text", url = "url" }'

RULE = Rule(
    id="required-label-empty",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(policy=True),
    aliases=("DL3051",),
    examples=(
        Example(bad='LABEL maintainer="" url=https://a.example', settings=_SCHEMA),
        Example(bad="LABEL maintainer=me\nLABEL url=' '", settings=_SCHEMA),
        Example(good="LABEL maintainer=me url=https://a.example", settings=_SCHEMA),
        Example(
            good="ARG URL\nLABEL maintainer=me url=$URL other=''", settings=_SCHEMA
        ),
        Example(good='LABEL maintainer=""'),
    ),
)
