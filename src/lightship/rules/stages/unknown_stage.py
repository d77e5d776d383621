"""COPY --from or RUN --mount from= names a stage that does not exist

## What it does
Finds names in `COPY --from` and `RUN --mount=from=` that are not a stage, in the stages that the
build comes to. Names that can only be an image, with a tag, a digest or a `/`, are left alone.

The rule is silent where the repository gives the name to an additional build context: in a bake
or compose file, after `--build-context`, or in an input of an action.

## Why is this bad?
A name that is not a stage is the name of an image: the builder asks Docker Hub for the official
image of that name. Usually there is none and the build fails; if there is one, the files come
from a stranger. There is no fix: correct the name, or write the image with its tag.

## When to ignore
Ignore it where the name is that of an additional build context (`docker build --build-context
NAME=…`) that is passed from outside of the repository.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.dockerfile.values import go_lower, similar
from lightship.evaluation.stages import StageSource, is_bare_name
from lightship.facts.stages.built_stages import built_indices
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope

_MOST_HINTS = 50  # a hint compares the name with all that are known


def check(build: Build) -> Iterator[Finding]:
    sources = [source for source in _sources(build) if _is_unknown(build, source)]
    uses = Counter(source.name for source in sources)
    for count, source in enumerate(sources):
        span = place_of_word(build.dockerfile, source, source.span)
        is_context = build.is_guess and uses[source.name] > 1
        if is_context:
            message = (
                f"no stage is named {source.name}: pass it with --build-context, "
                "or correct the name"
            )
            yield Finding(span, message, severity=Severity.INFO)
            continue

        near = ""
        if count < _MOST_HINTS:
            near = similar(go_lower(source.name), build.evaluation.graph.names)
        hint = near or f"write {source.name}:TAG if you mean the image"
        yield Finding(span, f"no stage is named {source.name} ({hint})")


def _sources(build: Build) -> Iterator[StageSource]:
    """What the stages read from that the build comes to."""
    built = built_indices(build)
    for index, sources in enumerate(build.evaluation.graph.sources):
        if index in built:
            yield from sources


def _is_unknown(build: Build, source: StageSource) -> bool:
    if source.stage is not None or source.refusal:
        return False
    return is_bare_name(source.name) and source.name not in build.contexts


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
