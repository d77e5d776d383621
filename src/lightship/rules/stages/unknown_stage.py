"""COPY --from or RUN --mount from= names a stage that does not exist

## What it does
Finds names in `COPY --from` and `RUN --mount=from=` that are not a stage. Names that can only be
an image, with a tag, a digest or a `/`, are left alone.

## Why is this bad?
A name that is not a stage is the name of an image: the builder asks Docker Hub for the official
image of that name. Usually there is none and the build fails; if there is one, the files come
from a stranger. There is no fix: correct the name, or write the image with its tag.

## When to ignore
Ignore it where the name is that of an extra build context (`docker build --build-context NAME=…`):
a Dockerfile does not show that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.dockerfile.values import go_lower, similar
from lightship.evaluation.stages import SCRATCH, StageSource
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_NOT_A_STAGE = frozenset("/:@$")
_MOST_HINTS = 50  # a hint compares the name with all that are known


def check(build: Build) -> Iterator[Finding]:
    graph = build.evaluation.graph
    sources = filter(_looks_like_a_stage, chain.from_iterable(graph.sources))
    others = (source for source in sources if source.name not in build.contexts)
    for count, source in enumerate(others):
        near = ""
        if count < _MOST_HINTS:
            near = similar(go_lower(source.name), graph.names)
        hint = near or f"write {source.name}:TAG if you mean the image"

        span = place_of_word(build.dockerfile, source, source.span)
        yield Finding(span, f"no stage is named {source.name} ({hint})")


def _looks_like_a_stage(source: StageSource) -> bool:
    if (
        source.stage is not None
        or source.refusal
        or go_lower(source.name) in ("", SCRATCH)
    ):
        return False
    return _NOT_A_STAGE.isdisjoint(source.name)


RULE = Rule(
    id="unknown-stage",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("from=",)),
    aliases=("DL3022",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(
            bad="FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\n"
            "COPY --from=builder /app /app"
        ),
        Example(bad="COPY --from=nginx /etc/nginx/nginx.conf /etc/nginx/"),
        Example(bad="RUN --mount=type=bind,from=deps,target=/deps cp -r /deps /app"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM debian:trixie-slim\nCOPY \\\n"
            "    --from=biuld \\\n    /app /app"
        ),
        Example(
            good="FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\n"
            "COPY --from=build /app /app"
        ),
        Example(
            good="FROM golang:1.25 AS build\nFROM scratch\nCOPY --from=BUILD /app /app"
        ),
        Example(good="FROM golang:1.25\nFROM scratch\nCOPY --from=0 /app /app"),
        Example(good="COPY --from=nginx:1.29 /etc/nginx/nginx.conf /etc/nginx/"),
        Example(good="COPY --from=ghcr.io/astral-sh/uv:0.11.2 /uv /bin/"),
        Example(
            good="RUN --mount=type=cache,target=/root/.cache/pip pip download flask"
        ),
    ),
)
