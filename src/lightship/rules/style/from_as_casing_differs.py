"""`AS` and `FROM` are not in the same case

## What it does
Finds stages such as `FROM debian as build`, where one keyword is in uppercase and the other in
lowercase. A FROM that mixes both cases itself is left to `keyword-casing-mixed`.

## Why is this bad?
Keywords mean the same in any case, so this is only about reading: with two styles on one line, `as`
looks like a part of the image name.

## Fix safety
The fix writes `AS` in the case of its `FROM`. It is safe: the image is the same.

## When to ignore
It is a matter of style: ignore it where you prefer `FROM ... as`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.values import go_lower
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for stage in build.dockerfile.stages:
        if len(stage.from_.args) < 3:
            continue

        keyword, word = stage.from_.name.text, stage.from_.args[1]
        if keyword not in (go_lower(keyword), keyword.upper()):
            continue  # keyword-casing-mixed speaks of it

        right = (
            go_lower(word.text) if keyword == go_lower(keyword) else word.text.upper()
        )
        if word.text == right:
            continue

        whole = word.span.of(build.dockerfile.text) == word.text
        fix = Fix(f"Use {right}", (Edit.replace(word.span, right),)) if whole else None
        span = on_first_line(build.dockerfile, stage.from_, word.span)
        yield Finding(
            span, f"{word.text} is not in the same case as {keyword}: use {right}", fix
        )


RULE = Rule(
    id="from-as-casing-differs",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(named_stage=True),
    aliases=("FromAsCasing",),
    missed={
        "lower-case-keywords": "in lowercase they agree",
    },
    examples=(
        Example(
            bad="FROM debian:trixie-slim as build",
            fixed="FROM debian:trixie-slim AS build",
        ),
        Example(
            bad="from debian:trixie-slim AS build",
            fixed="from debian:trixie-slim as build",
        ),
        Example(good="FROM debian:trixie-slim AS build"),
    ),
)
