"""A later CMD, ENTRYPOINT or HEALTHCHECK of the same stage overrides this one

## What it does
Finds CMD, ENTRYPOINT and HEALTHCHECK that a later one of the same stage overrides.

## Why is this bad?
Only the last of each counts, so the one that is reported has no effect.

## Fix safety
The fix deletes it. It is safe: BuildKit discards its value. There is no fix where a comment stands
in it or directly above it, or where ONBUILD adds the instruction.

## When to ignore
Ignore it where a tool removes the later one before the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import (
    block_start,
    holds_comment,
    on_first_line,
    whole_lines,
)
from lightship.evaluation.dispatch import Step
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit

_KEYWORDS = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK"})


def check(build: Build) -> Iterator[Finding]:
    last: dict[tuple[int, str], Step] = {}
    for step in build.evaluation.steps:
        keyword = step.instruction.keyword
        if keyword not in _KEYWORDS:
            continue
        earlier = last.get((step.stage.index, keyword))
        if earlier is not None:
            message = (
                f"the {keyword} on line {step.place.first_line} overrides this one: "
                "delete this one"
            )
            yield Finding(
                on_first_line(build.dockerfile, earlier.place),
                message,
                _fix(build, earlier),
            )
        last[step.stage.index, keyword] = step


def _fix(build: Build, step: Step) -> Fix | None:
    if step.place is not step.instruction or holds_comment(
        build.dockerfile, step.instruction.span
    ):
        return None
    lines = whole_lines(build.dockerfile, step.instruction)
    if block_start(build.dockerfile, step.instruction) != lines.start:
        return None  # a comment would speak of what is gone
    return Fix(f"Delete this {step.instruction.keyword}", (Edit.delete(lines),))


RULE = Rule(
    id="overridden-instruction",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=(
        "MultipleInstructionsDisallowed",
        "DL3012",
        "DL4003",
        "DL4004",
        "DS-0007",
        "AVD-DS-0007",
        "DS-0016",
        "AVD-DS-0016",
        "DS-0023",
        "AVD-DS-0023",
        "semgrep/multiple-entrypoint-instructions",
    ),
    missed={
        "in-an-earlier-stage": "a stage may replace what its base starts",
    },
    examples=(
        Example(bad='CMD ["./one"]\nCMD ["./two"]', fixed='CMD ["./two"]'),
        Example(
            bad='ENTRYPOINT ["./one"]\nRUN ./build\nENTRYPOINT ["./two"]',
            fixed='RUN ./build\nENTRYPOINT ["./two"]',
        ),
        Example(bad='# For development\nCMD ["./one"]\nCMD ["./two"]'),
        Example(good='USER 10001\nENTRYPOINT ["./app"]\nCMD ["serve"]'),
        Example(
            good='FROM debian:trixie-slim AS one\nUSER 10001\nCMD ["./one"]\nFROM one\n'
            'CMD ["./two"]'
        ),
    ),
)
