"""A keyword is not in the case of most keywords in this file

## What it does
Finds keywords of instructions that are not in the case of the majority. Where there are as many of
both, uppercase counts as the majority. ARGs before the first FROM are left alone.

## Why is this bad?
Keywords mean the same in any case, so this is only about reading: one case throughout makes
instructions easy to tell from their operands. Uppercase is the convention.

## Fix safety
The fix changes the case of the keyword. It is safe: the image is the same.

## When to ignore
It is a matter of style: ignore it where mixed case does not bother you.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Instruction
from lightship.dockerfile.values import go_lower
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    keywords = [
        keyword
        for stage in build.dockerfile.stages
        for keyword in (stage.from_, *stage.instructions)
    ]
    lower = sum(
        1 for keyword in keywords if keyword.name.text == go_lower(keyword.name.text)
    )
    upper = sum(1 for keyword in keywords if keyword.name.text == keyword.keyword)
    for keyword in keywords:
        right = (
            go_lower(keyword.name.text) if lower > upper else keyword.name.text.upper()
        )
        if keyword.name.text != right:
            yield _finding(build, keyword, right)


def _finding(build: Build, instruction: Instruction, right: str) -> Finding:
    name = instruction.name
    whole = name.span.of(build.dockerfile.text) == name.text
    fix = Fix(f"Use {right}", (Edit.replace(name.span, right),)) if whole else None
    case = "uppercase" if right.isupper() else "lowercase"
    message = f"{name.text} is not in {case}, unlike most keywords here: use {right}"
    return Finding(
        on_first_line(build.dockerfile, instruction, name.span), message, fix
    )


RULE = Rule(
    id="keyword-casing-mixed",
    docs=__doc__,
    severity=Severity.STYLE,
    check=check,
    aliases=("ConsistentInstructionCasing",),
    missed={
        "lower-case-keywords": "in lowercase they agree",
    },
    examples=(
        Example(
            bad='FROM debian:trixie-slim\nCOPY app /app\nworkdir /app\nCmd ["./run"]',
            fixed='FROM debian:trixie-slim\nCOPY app /app\nWORKDIR /app\nCMD ["./run"]',
        ),
        Example(
            bad="from debian:trixie-slim\ncopy app /app\nRUN ./build",
            fixed="from debian:trixie-slim\ncopy app /app\nrun ./build",
        ),
        Example(good="from debian:trixie-slim\ncopy app /app"),
    ),
)
