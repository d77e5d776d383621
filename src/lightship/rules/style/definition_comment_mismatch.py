"""The comment above ARG or a stage does not start with its name

BuildKit shows such a comment as a description, in `docker build --call outline` and
`--call targets`, if its last line starts with the name: `# build compiles the program`.
BuildKit's own check is experimental, so this rule is off by default.

The fix puts an empty comment, a `#` alone, below: then BuildKit takes the comment for no
description. It is safe, since no instruction changes. A blank line would not do. If the comment
is a description, start it with the name instead.
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
        "Put an empty comment between",
        (Edit.insert(start, f"#{build.dockerfile.newline}"),),
    )
    return Finding(
        on_first_line(build.dockerfile, instruction),
        f"the comment above does not start with the name {known}",
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
