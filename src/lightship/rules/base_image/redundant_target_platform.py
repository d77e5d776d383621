"""`--platform=$TARGETPLATFORM` asks for the default of FROM

## What it does
Finds `--platform=$TARGETPLATFORM` in FROM.

## Why is this bad?
The flag has no effect: the platform of a base image is the target's unless `--platform` says
otherwise.

## Fix safety
The fix removes the flag. It is safe: BuildKit sets TARGETPLATFORM to the platform that it uses
without the flag. There is no fix where an ARG gives the variable another value.

## When to ignore
Ignore it where the Dockerfile should state the platform of each stage.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import holds_comment, on_first_line
from lightship.dockerfile.tree import Flag, Stage
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit, Span

_NAME = "TARGETPLATFORM"


def check(build: Build) -> Iterator[Finding]:
    evaluation = build.evaluation
    for stage, base in zip(build.dockerfile.stages, evaluation.bases, strict=True):
        flag = stage.from_.flag("platform")
        if flag is None or base.platform_used != {_NAME} or base.platform_unset:
            continue
        if base.platform_text == evaluation.globals.get(_NAME):
            span = on_first_line(build.dockerfile, stage.from_, flag.span)
            yield Finding(
                span,
                f"--platform={flag.value} is the default: remove it",
                _fix(build, stage, flag),
            )


def _fix(build: Build, stage: Stage, flag: Flag) -> Fix | None:
    """Remove the flag and the blanks after it."""
    declared = (
        pair for instruction in build.dockerfile.globals for pair in instruction.pairs
    )
    if _NAME in build.args or any(
        pair.name.text == _NAME and pair.value is not None for pair in declared
    ):
        return None
    starts = [other.span.start for other in stage.from_.flags] + [stage.base.span.start]
    span = Span(
        flag.span.start, min(start for start in starts if start > flag.span.start)
    )
    if holds_comment(build.dockerfile, span):
        return None
    return Fix("Remove --platform", (Edit.delete(span),))


RULE = Rule(
    id="redundant-target-platform",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("--platform",)),
    aliases=("RedundantTargetPlatform", "DL3065"),
    examples=(
        Example(
            bad="FROM --platform=$TARGETPLATFORM alpine:3.22", fixed="FROM alpine:3.22"
        ),
        Example(
            bad="ARG TARGETPLATFORM=linux/arm64\nFROM --platform=$TARGETPLATFORM alpine:3.22"
        ),
        Example(good="FROM --platform=$BUILDPLATFORM alpine:3.22"),
    ),
)
