"""FROM uses a variable that no ARG declares

## What it does
Finds variables in FROM that no ARG before the first FROM declares, and that are not platform
variables of BuildKit. DOCKER_IMAGE_PARENT, into which taskgraph writes the name of an image before
the build, is left alone.

## Why is this bad?
FROM sees no other variables, so they are empty: the name of the image is invalid, or the
default in `${NAME:-default}` is always used and a build arg has no effect. Declare the ARG before
the first FROM, or correct the name.

## When to ignore
Ignore it where another tool replaces the variable before the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.values import similar
from lightship.facts.values.filled_bases import FILLED_BASES
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    evaluation = build.evaluation
    for stage, base in zip(build.dockerfile.stages, evaluation.bases, strict=True):
        for name in sorted(base.undeclared - FILLED_BASES):
            flag = stage.from_.flag("platform")
            in_flag = (
                flag is not None
                and name in (flag.value or "")
                and name not in stage.base.text
            )
            span = flag.span if flag is not None and in_flag else stage.base.span
            hint = similar(name, evaluation.globals)
            message = f"no ARG before the first FROM declares ${name}" + (
                f" ({hint})" if hint else ""
            )
            yield Finding(on_first_line(build.dockerfile, stage.from_, span), message)


RULE = Rule(
    id="undefined-arg-in-from",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("$",)),
    aliases=("UndefinedArgInFrom",),
    examples=(
        Example(bad="ARG VERSION=3.22\nFROM alpine:${VERSOIN:-latest}"),
        Example(
            bad="FROM debian:trixie-slim AS base\nARG VARIANT=slim\n"
            "FROM python:3.14-${VARIANT:-slim}"
        ),
        Example(bad="FROM $BASE\nARG BASE=debian:13"),
        Example(good="FROM $DOCKER_IMAGE_PARENT\nRUN make"),
        Example(good="ARG VERSION=3.22\nFROM alpine:$VERSION"),
        Example(good="FROM --platform=$BUILDPLATFORM golang:1.25"),
    ),
)
