"""The image does not need this stage

## What it does
Finds stages that the last stage does not use.

A stage may be there to be built by itself, with `docker build --target`. So the rule is silent
where its name says that (`dev`, `test`, `lint`, `prod`, `web`), where a compose file, a bake
file, a script, a workflow or a manual in the build context names it as a target, and where a
target is given. It reports stages without a name, and those whose name says that they prepare
something for others: `builder`, `deps`, `base`. Of a chain of such stages it reports the last.

It also reports `FROM docker.io/python:3.14 AS python` where a later line says `FROM
docker.io/python`: only the bare name is that of the stage, so that line takes the image.

## Why is this bad?
BuildKit builds only what the last stage needs: what this stage does, and the tests that may run
in it, is silently skipped. The classic builder, and kaniko by default, build it and throw it
away. Usually a `COPY --from` was forgotten, names another stage, or was removed.

There is no fix: only you know whether a line is missing or the stage is superfluous.

## When to ignore
Ignore it where the stage is built with `--target` from outside of the repository.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import dependencies
from lightship.facts.stages.spare_stages import named_like_image, spare_stages
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    spare = spare_stages(build)

    # Those that only a spare one uses go with it
    graph = build.evaluation.graph
    used: set[int] = set()
    for stage in spare:
        used.update(dependency.index for dependency in dependencies(graph, stage))
    for stage in spare:
        if stage.index not in used:
            word = stage.name_word
            span = word.span if word is not None else stage.base.span
            place = on_first_line(build.dockerfile, stage.from_, span)
            yield Finding(place, _message(build, stage))


def _message(build: Build, stage: Stage) -> str:
    other = named_like_image(build, stage)
    if other is not None:
        line = other.from_.first_line
        return (
            f"line {line} names the image {other.base.text}, not this stage, which nothing uses: "
            f"write FROM {stage.name}"
        )
    name = stage.name or "without a name"
    return (
        f"the image does not need this stage ({name}), so it is not built: "
        "remove it, or use it"
    )


RULE = Rule(
    id="unused-stage",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(repeated=("FROM",)),
    needs_all_builds=True,
    aliases=("tally/no-unreachable-stages",),
    examples=(
        Example(
            bad="FROM python:3.13-slim AS builder\n"
            "RUN pip install --no-cache-dir --target=/deps flask==3.1.0\n\n"
            "FROM python:3.13-slim\nWORKDIR /app\nCOPY app.py ./"
        ),
        Example(bad="FROM debian:trixie-slim\nRUN make\nFROM debian:trixie-slim"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM golang:1.25 AS build-2\nFROM scratch\n"
            "COPY --from=build /a /a"
        ),
        # By its number, in any case, by a mount, and as a base: all but one are used
        Example(
            bad="FROM alpine:3.22\nFROM alpine:3.22 AS Deps\nFROM alpine:3.22 AS base\n"
            "FROM alpine:3.22 AS fetch\n"
            "FROM alpine:3.22 AS source\nFROM base\nCOPY --from=0 /a /a\nCOPY --from=DEPS /b /b\n"
            "RUN --mount=type=bind,from=fetch,target=/c cp -r /c /d"
        ),
        # Only the bare name is that of the stage
        Example(bad="FROM docker.io/node:24 AS node\nFROM docker.io/node\nRUN npm ci"),
        # Of a chain the last is named
        Example(
            bad="FROM alpine:3.22 AS base\nFROM base AS deps\nFROM deps AS builder\n"
            "FROM alpine:3.22"
        ),
        Example(
            bad="ARG KIND=slim\nFROM debian:trixie AS base-full\nFROM debian:trixie AS build-full\n"
            "FROM debian:trixie-slim AS base-slim\nFROM base-${KIND}"
        ),
        Example(
            good="FROM golang:1.25 AS build\nRUN go build -o /app .\n\nFROM scratch\n"
            "COPY --from=build /app /app\n"
            'USER 10001\nENTRYPOINT ["/app"]'
        ),
        # Meant for --target
        Example(
            good="FROM debian:trixie-slim AS base\nFROM base AS test\nRUN ./test.sh\n"
            "FROM base AS prod"
        ),
        Example(
            good="FROM debian:trixie-slim AS base\nFROM base AS api\nFROM base AS worker"
        ),
        Example(
            good="FROM debian:trixie-slim AS wheels\nFROM debian:trixie-slim",
            files={
                "compose.yaml": "services:\n  wheels:\n    build:\n      target: wheels\n"
            },
        ),
        Example(
            good="FROM debian:trixie-slim AS wheels\nFROM debian:trixie-slim",
            files={
                ".github/workflows/ci.yml": "run: docker build --target=wheels --output=dist .\n"
            },
        ),
        # A choice that is made by a comment
        Example(
            good="FROM debian:trixie-slim AS download\nFROM debian:trixie-slim\n"
            "# COPY --from=download /data /data\nCOPY data /data"
        ),
        # A build arg may choose it
        Example(
            good="ARG KIND=slim\nFROM debian:trixie AS base-full\n"
            "FROM debian:trixie-slim AS base-slim\n"
            "FROM base-${KIND}"
        ),
    ),
)
