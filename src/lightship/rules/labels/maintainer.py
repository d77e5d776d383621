"""MAINTAINER is deprecated

## What it does
Finds the instruction MAINTAINER.

## Why is this bad?
MAINTAINER fills a field of the image that tools no longer read. The label
`org.opencontainers.image.authors` holds the same text, and can be read next to the other labels.

## Fix safety
The fix replaces MAINTAINER with that label, with the same text. It is safe: a label does not change
what the image does. There is no fix where the Dockerfile already sets the label.

## When to ignore
Ignore it where a tool that you cannot change still reads the old field.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import holds_comment, on_first_line
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit

_KEY = "org.opencontainers.image.authors"


def check(build: Build) -> Iterator[Finding]:
    instructions = list(build.each("MAINTAINER"))
    is_set = bool(instructions) and _is_set(build)
    for instruction in instructions:
        fix = None if is_set else _fix(build, instruction)
        span = on_first_line(build.dockerfile, instruction)
        yield Finding(span, "MAINTAINER is deprecated: use a LABEL", fix)


def _is_set(build: Build) -> bool:
    """Whether a label names the authors already."""
    pairs = (pair for label in build.each("LABEL") for pair in label.pairs)
    return any(_KEY in pair.name.text for pair in pairs)


def _fix(build: Build, instruction: Instruction) -> Fix | None:
    span = instruction.line.span(instruction.operands.start, instruction.operands.end)
    if not instruction.args or holds_comment(build.dockerfile, instruction.span):
        return None

    # `MAINTAINER=Wes` and `MAINTAINER = Wes` were meant as a label
    text = instruction.args[0].text.removeprefix("=").lstrip()
    inner = text[1:-1]
    for quote in ('"', "'"):
        is_quoted = len(text) > 1 and text.startswith(quote) and text.endswith(quote)
        if is_quoted and quote not in inner:
            text = inner
            break

    escape = build.dockerfile.escape
    for char in (escape, '"', "$"):
        text = text.replace(char, escape + char)
    keyword = "label" if instruction.name.text.islower() else "LABEL"
    edits = (
        Edit.replace(instruction.name.span, keyword),
        Edit.replace(span, f'{_KEY}="{text}"'),
    )
    return Fix("Use a label", edits)


RULE = Rule(
    id="maintainer",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("MAINTAINER",)),
    aliases=(
        "MaintainerDeprecated",
        "DL4000",
        "DS-0022",
        "AVD-DS-0022",
        "CKV_DOCKER_6",
        "semgrep/maintainer-is-deprecated",
    ),
    examples=(
        Example(
            bad="MAINTAINER Ada Lovelace <ada@example.org>",
            fixed='LABEL org.opencontainers.image.authors="Ada Lovelace <ada@example.org>"',
        ),
        Example(
            bad='MAINTAINER "Ada" costs $5',
            fixed=r'LABEL org.opencontainers.image.authors="\"Ada\" costs \$5"',
        ),
        Example(
            bad="MAINTAINER = Ada Lovelace",
            fixed='LABEL org.opencontainers.image.authors="Ada Lovelace"',
        ),
        Example(
            good='LABEL org.opencontainers.image.authors="Ada Lovelace <ada@example.org>"'
        ),
    ),
)
