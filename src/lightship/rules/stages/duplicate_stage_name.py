"""Two stages have the same name

## What it does
Finds stages whose name a later stage has too.

## Why is this bad?
A name means the last stage that has it: COPY --from, RUN --mount=from= and --target no longer
reach the earlier one, and FROM reaches the last one above it. So the Dockerfile says one thing and
the build does another. There is no fix: only you know which stage each reference means. Give each
stage a name of its own.

## When to ignore
Ignore it where nothing refers to either stage by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Stage
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    seen: dict[str, Stage] = {}
    for stage in build.dockerfile.stages:
        if stage.name is None or stage.name_word is None:
            continue
        earlier = seen.get(stage.name)
        if earlier is not None:
            span = on_first_line(build.dockerfile, stage.from_, stage.name_word.span)
            line = earlier.from_.first_line
            yield Finding(
                span,
                f"the stage on line {line} is also named {stage.name} and cannot be reached: "
                "rename one",
            )
        seen[stage.name] = stage


RULE = Rule(
    id="duplicate-stage-name",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(named_stage=True),
    aliases=("DuplicateStageName", "DL3024", "DS-0012", "AVD-DS-0012", "CKV_DOCKER_11"),
    examples=(
        Example(
            bad="FROM node:24 AS build\nRUN npm ci\nFROM golang:1.25 AS build\nRUN go build\n"
            "FROM scratch\nCOPY --from=build /app /app"
        ),
        Example(
            good="FROM node:24 AS web\nRUN npm ci\nFROM golang:1.25 AS build\nRUN go build\n"
            "FROM scratch\nCOPY --from=build /app /app"
        ),
    ),
)
