"""The name of a stage has uppercase letters

## What it does
Finds stage names with uppercase letters.

## Why is this bad?
BuildKit converts stage names to lowercase. `COPY --from` finds a stage in any case, but `FROM`
looks for the name exactly as it is written: `FROM Base` after `FROM debian AS Base` is read as the
name of an image, and the build fails.

## Fix safety
The fix writes the name in lowercase, and every reference to it. It is safe: BuildKit already
uses the lowercase name.

## When to ignore
Ignore it where other tools know the stage by this spelling.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Stage
from lightship.dockerfile.values import go_lower
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit, Span

# The value of --from, and of --mount, which names it among others
_FROM = regex(r"(?:^|(?<=^from=)|(?<=,from=))(?P<name>[^,=]+)(?=,|$)")


def check(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    for stage in build.dockerfile.stages:
        word = stage.name_word
        if word is None or stage.name is None or word.text == stage.name:
            continue

        fix = None
        if word.span.of(text) == word.text:
            edits = (
                Edit.replace(word.span, stage.name),
                *_references(build, stage),
            )
            fix = Fix(f"Rename it to {stage.name}", edits)
        span = on_first_line(build.dockerfile, stage.from_, word.span)
        yield Finding(
            span,
            f"the stage name {word.text} is not in lowercase: use {word.text.lower()}",
            fix,
        )


def _references(build: Build, stage: Stage) -> Iterator[Edit]:
    """Where COPY and RUN write the name, in whichever case."""
    for sources in build.evaluation.graph.sources:
        for source in sources:
            written = source.flag.value_span
            if source.stage is not stage or written is None:
                continue
            span = _span_of_name(written, written.of(build.dockerfile.text), stage)
            if span is not None:
                yield Edit.replace(span, stage.name or "")


def _span_of_name(written: Span, text: str, stage: Stage) -> Span | None:
    """The name in the value of a flag; None where it is in lowercase already, or a variable."""
    for match in _FROM.finditer(text):
        name = match["name"]
        if name != stage.name and go_lower(name) == stage.name:
            start = written.start + match.start("name")
            return Span(start, start + len(name))
    return None


RULE = Rule(
    id="stage-name-not-lowercase",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    scope=RuleScope(named_stage=True),
    aliases=("StageNameCasing",),
    examples=(
        Example(
            bad="FROM golang:1.25 AS Build\nRUN go build -o /app .\nFROM scratch\n"
            "COPY --from=Build /app /app",
            fixed="FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\n"
            "COPY --from=build /app /app",
        ),
        Example(
            bad="FROM debian:13 AS ANTs\nRUN make\nFROM debian:13\nCOPY --from=ANTS /a /a\n"
            "RUN --mount=type=bind,from=ants,target=/b --mount=from=ANTs,target=/c make",
            fixed="FROM debian:13 AS ants\nRUN make\nFROM debian:13\n"
            "COPY --from=ants /a /a\n"
            "RUN --mount=type=bind,from=ants,target=/b --mount=from=ants,target=/c make",
        ),
        Example(good="FROM golang:1.25 AS build\nRUN go build -o /app ."),
    ),
)
