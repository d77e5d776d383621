"""COPY --from names its own stage

## What it does
Finds `COPY --from` with the name of the stage that it is in.

## Why is this bad?
A stage is not finished while its own instructions run, so it cannot be copied from: BuildKit
reports a circular dependency and stops. There is no fix: only you know which stage has the files.
Copy files of the same stage with `RUN cp`.

## When to ignore
There is no reason to: the build always fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    graph = build.evaluation.graph
    for stage, sources in zip(graph.stages, graph.sources, strict=True):
        for source in sources:
            if source.stage is not stage or source.instruction.keyword != "COPY":
                continue

            span = place_of_word(build.dockerfile, source, source.span)
            message = f"{source.name} is the stage of this COPY itself: name another, or use RUN cp"
            yield Finding(span, message)


RULE = Rule(
    id="copy-from-own-stage",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("--from=",)),
    aliases=("DL3023", "DS-0006", "AVD-DS-0006"),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
        "in-an-earlier-stage": "it is no longer the stage of that name",
    },
    examples=(
        Example(
            bad="FROM golang:1.25 AS build\nRUN go build -o /app .\n"
            "COPY --from=build /app /usr/bin/app"
        ),
        Example(
            bad="FROM golang:1.25 AS Build\nCOPY --from=build --chown=1000 /app /usr/bin/app"
        ),
        Example(bad="COPY --from=0 /a /b"),
        Example(
            good="FROM golang:1.25 AS build\nFROM scratch AS app\nCOPY --from=build /app /app"
        ),
        Example(
            good="FROM golang:1.25 AS golang\nFROM scratch\n"
            "COPY --from=golang:1.25 /usr/local/go /go"
        ),
    ),
)
