"""A stage is named `scratch` or `context`

## What it does
Finds stages with the reserved names `scratch` and `context`.

## Why is this bad?
Both words have a meaning for BuildKit: `scratch` is the empty image, `context` the build context.
A stage with that name replaces it for some references and not for others. There is no fix: choose
another name, and change what refers to the stage.

## When to ignore
Ignore it where nothing refers to the stage by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_RESERVED = {"scratch": "the empty image", "context": "the build context"}


def check(build: Build) -> Iterator[Finding]:
    for stage in build.dockerfile.stages:
        if stage.name in _RESERVED and stage.name_word is not None:
            span = on_first_line(build.dockerfile, stage.from_, stage.name_word.span)
            yield Finding(
                span,
                f"{stage.name} is the name of {_RESERVED[stage.name]}: choose another",
            )


RULE = Rule(
    id="reserved-stage-name",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(named_stage=True),
    aliases=("ReservedStageName", "DL3063"),
    examples=(
        Example(bad="FROM debian:trixie-slim AS scratch\nCOPY app /app"),
        Example(good="FROM debian:trixie-slim AS base\nCOPY app /app"),
    ),
)
