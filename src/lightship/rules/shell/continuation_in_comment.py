"""A comment takes in the lines that continue it, so their commands are never run

## What it does
Finds a comment after a command in RUN, on a line that ends with the escape character.

Comments on lines of their own are left alone: BuildKit takes them out of the instruction.

## Why is this bad?
A line that ends with `\\` is joined with the next one before the shell sees it. What stands after a
`#` is then one comment to the end of the instruction:

    RUN apt-get update && \\
        apt-get install -y curl # for the health check \\
        && curl -fsSL https://example.com/tool -o /usr/local/bin/tool

The shell is given `apt-get install -y curl # for the health check && curl …`: the last command is
never run, the step succeeds, and the build fails later, or the image lacks what the line says.

## Fix safety
The fix puts the comment on a line of its own before. It is unsafe: the commands in the comment are
run from then on.

## When to ignore
Never: to switch commands off, write the comment on lines of their own, or delete them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit, Span


def check(build: Build) -> Iterator[Finding]:
    for instruction in build.each("RUN", "ONBUILD"):
        for script in build.scripts(instruction):
            if script.outer is not None or script.opaque:
                continue
            for comment in script.comments:
                first = _first_line(build, comment)
                if first is None or _is_in_heredoc(instruction, comment):
                    continue
                message = (
                    "this comment takes in the lines that continue it: their commands "
                    "are never run"
                )
                yield Finding(first, message, _fix(build, instruction, first))


def _is_in_heredoc(instruction: Instruction, comment: Span) -> bool:
    inner = instruction.trigger or instruction
    return any(heredoc.body.covers(comment) for heredoc in inner.heredocs)


def _first_line(build: Build, comment: Span) -> Span | None:
    """The comment on the line where it begins, where code comes after that line; None without."""
    text = comment.of(build.dockerfile.text)
    first, newline, rest = text.partition("\n")
    if not newline or not any(map(_is_code, rest.split("\n"))):
        return None
    own = first.rstrip().removesuffix(build.dockerfile.escape).rstrip()
    return Span(comment.start, comment.start + len(own))


def _is_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _fix(build: Build, instruction: Instruction, comment: Span) -> Fix | None:
    """The comment on the line before; None where the instruction begins on that line."""
    text = build.dockerfile.text
    start = text.rfind("\n", 0, comment.start) + 1
    before = text[start : comment.start]
    code = before.rstrip()
    if start <= instruction.span.start or not code.strip():
        return None
    indent = before[: len(before) - len(before.lstrip())]
    line = f"{indent}{comment.of(text)}\n"
    edits = (
        Edit.insert(start, line),
        Edit.delete(Span(start + len(code), comment.end)),
    )
    return Fix("Put the comment on its own line", edits, Safety.UNSAFE)


_UPDATE = "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends git"

RULE = Rule(
    id="continuation-in-comment",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("#",)),
    examples=(
        Example(
            bad=f"{_UPDATE} # for pip \\\n    && rm -rf /var/lib/apt/lists/*",
            fixed="RUN apt-get update && \\\n    # for pip\n"
            "    apt-get install -y --no-install-recommends git \\\n"
            "    && rm -rf /var/lib/apt/lists/*",
        ),
        Example(bad="RUN echo one # two \\\n    && echo three"),
        Example(
            good="RUN apt-get update && \\\n    # for pip\n"
            "    apt-get install -y --no-install-recommends git \\\n"
            "    && rm -rf /var/lib/apt/lists/*\nUSER 10001"
        ),
    ),
)
