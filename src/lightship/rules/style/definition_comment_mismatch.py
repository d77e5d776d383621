"""The comment above ARG or FROM does not start with the name that it describes

## What it does
Finds comments directly above ARG, or above FROM with a stage name, whose last line does not start
with the name of the argument or stage.

The rule is off by default, since the BuildKit check of the same kind is experimental.

## Why is this bad?
BuildKit shows such a comment as a description in `docker build --call outline` and
`--call targets`, but only if it starts with the name: `# build compiles the program`.
A description without the name is never shown.

## Fix safety
The fix inserts an empty comment line below the comment, so that BuildKit no longer takes it for a
description. It is safe: no instruction changes. Where the comment is meant as a description, start
it with the name instead.

## When to ignore
Ignore it where nobody uses `--call outline` or `--call targets`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    names = {
        stage.from_: [stage.name]
        for stage in build.dockerfile.stages
        if stage.name is not None
    }
    for instruction in build.each("ARG", "FROM"):
        known = [pair.name.text for pair in instruction.pairs] or names.get(
            instruction, []
        )
        if (
            known
            and instruction.comments
            and instruction.comments[-1].partition(" ")[0] not in known
        ):
            yield _finding(build, instruction, " or ".join(known))


def _finding(build: Build, instruction: Instruction, known: str) -> Finding:
    start = build.dockerfile.text.rfind("\n", 0, instruction.span.start) + 1
    fix = Fix(
        "Insert an empty comment",
        (Edit.insert(start, f"#{build.dockerfile.newline}"),),
    )
    return Finding(
        on_first_line(build.dockerfile, instruction),
        f"BuildKit ignores the comment above, which does not start with {known}: add the name",
        fix,
    )


RULE = Rule(
    id="definition-comment-mismatch",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    aliases=("InvalidDefinitionDescription",),
    examples=(
        Example(
            bad="# the version of the application\nARG VERSION=1",
            fixed="# the version of the application\n#\nARG VERSION=1",
        ),
        Example(good="# VERSION is the version of the application\nARG VERSION=1"),
        Example(good="# build compiles the program\nFROM golang:1.25 AS build"),
    ),
    default=False,
)
