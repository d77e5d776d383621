"""A label is set that the settings do not provide for

## What it does
Finds labels that `label-schema` does not name, where `strict-labels` is set in `lightship.toml` or
in `.hadolint.yaml`. Without that setting the rule says nothing.

## Why is this bad?
Your team has decided so. Most often the label is a misspelled one of the schema, which tools then
do not find.

## When to ignore
Ignore it for a label that a single tool needs.
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
    policy = team_policy(build)
    if not policy.strict_labels:
        return
    for label in labels(build):
        if label.key not in policy.label_schema:
            message = f"label-schema has no label {label.name}"
            yield Finding(label.span, message)


_STRICT = 'label-schema = { version = "semver" }\nstrict-labels = true'

RULE = Rule(
    id="label-not-in-schema",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(policy=True),
    aliases=("DL3050",),
    examples=(
        Example(bad="LABEL version=1.0.0 vresion=2", settings=_STRICT),
        Example(bad="LABEL version=1.0.0\nLABEL a b", settings=_STRICT),
        Example(bad='LABEL "Version"=1.0.0 version=1.0.0', settings=_STRICT),
        Example(good="LABEL version=1.0.0", settings=_STRICT),
        Example(good="LABEL 'version'=1.0.0", settings=_STRICT),
        Example(
            good="LABEL version=1.0.0 a=b",
            settings='label-schema = { version = "text" }',
        ),
        Example(good="LABEL a=b"),
    ),
)
