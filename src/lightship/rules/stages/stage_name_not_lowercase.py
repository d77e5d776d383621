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
from lightship.text import Edit, Span


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
                *_references(build, stage, word.text),
            )
            fix = Fix(f"Rename it to {stage.name}", edits)
        span = on_first_line(build.dockerfile, stage.from_, word.span)
        yield Finding(
            span,
            f"the stage name {word.text} is not in lowercase: use {word.text.lower()}",
            fix,
        )


def _references(build: Build, stage: Stage, name: str) -> Iterator[Edit]:
    """Where COPY and RUN write the same name."""
    for sources in build.evaluation.graph.sources:
        for source in sources:
            value = source.flag.value_span
            if source.stage is not stage or source.name != name or value is None:
                continue
            text = value.of(build.dockerfile.text)
            at = 0 if text == name else text.find(f"from={name}") + len("from=")
            if text[at : at + len(name)] == name and text[
                at + len(name) : at + len(name) + 1
            ] in ("", ","):
                yield Edit.replace(
                    Span(value.start + at, value.start + at + len(name)), go_lower(name)
                )


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
        Example(good="FROM golang:1.25 AS build\nRUN go build -o /app ."),
    ),
)
