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
    default = evaluation.globals.get(_NAME)
    stages = build.dockerfile.stages
    for stage, base in zip(stages, evaluation.bases, strict=True):
        flag = stage.from_.flag("platform")
        if flag is None or base.platform_used != {_NAME}:
            continue
        if base.platform_unset or base.platform_text != default:
            continue
        span = on_first_line(build.dockerfile, stage.from_, flag.span)
        message = f"--platform={flag.value} is the default: remove it"
        fix = _fix(build, stage, flag)
        yield Finding(span, message, fix)


def _fix(build: Build, stage: Stage, flag: Flag) -> Fix | None:
    """Remove the flag and the blanks after it."""
    if _NAME in build.args or _is_declared(build):
        return None

    start = flag.span.start
    starts = [other.span.start for other in stage.from_.flags]
    starts.append(stage.base.span.start)
    end = min(other for other in starts if other > start)
    span = Span(start, end)
    if holds_comment(build.dockerfile, span):
        return None
    removal = Edit.delete(span)
    return Fix("Remove --platform", (removal,))


def _is_declared(build: Build) -> bool:
    """Whether an ARG before the first FROM gives the variable a value of its own."""
    for instruction in build.dockerfile.globals:
        for pair in instruction.pairs:
            if pair.name.text == _NAME and pair.value is not None:
                return True
    return False


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
