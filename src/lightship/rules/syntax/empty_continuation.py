"""A blank line is inside an instruction

## What it does
Finds blank lines after a line continuation, that is, inside an instruction.

## Why is this bad?
BuildKit skips such lines, but warns that a future version will refuse them. They also hide
mistakes: a stray `\\` at the end of an instruction makes the next instruction a part of it, and the
blank line between the two makes that look right.

## Fix safety
The fix deletes the blank lines and keeps comments. It is safe: BuildKit reads the same instruction
without them. There is no fix where the next line starts with a keyword: there the `\\` is the
mistake, and deleting the blank line would not undo it.

## When to ignore
Ignore it where the Dockerfile is generated and nobody reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.instructions import KEYWORDS
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit, Span


def check(build: Build) -> Iterator[Finding]:
    lines = build.dockerfile.lines
    for instruction in build.dockerfile.instructions:
        if not instruction.blank_lines:
            continue
        span, swallowed = (
            lines.span(instruction.joined_last_line),
            _swallowed(build, instruction),
        )
        if swallowed is not None:
            number, keyword = swallowed
            message = (
                f"the \\ above line {number} makes its {keyword} a part of this "
                f"{instruction.keyword}: delete the \\"
            )
            yield Finding(span, message)
            continue
        edits = _edits(build, instruction)
        blanks = len(edits)
        first = instruction.blank_lines[0]
        message = f"line {first} inside this {instruction.keyword} is blank: delete it"
        title = "Delete the blank line"
        if blanks > 1:
            message = (
                f"this {instruction.keyword} has {blanks} blank lines, the first is line "
                f"{first}: delete them"
            )
            title = "Delete the blank lines"
        yield Finding(span, message, Fix(title, edits))


def _swallowed(build: Build, instruction: Instruction) -> tuple[int, str] | None:
    """The line after a blank one that begins like an instruction, and its keyword."""
    lines, text = build.dockerfile.lines, build.dockerfile.text
    for number in instruction.blank_lines:
        behind = number + 1
        if behind in instruction.blank_lines or behind > instruction.joined_last_line:
            continue
        word = lines.span(behind).of(text).strip().partition(" ")[0]
        if word in KEYWORDS and instruction.name.text.isupper():
            return behind, word
    return None


def _edits(build: Build, instruction: Instruction) -> tuple[Edit, ...]:
    end = len(build.dockerfile.text)
    starts = [*build.dockerfile.lines.starts, end]
    blanks = (
        Span(starts[number - 1], starts[number]) for number in instruction.blank_lines
    )
    return tuple(map(Edit.delete, blanks))


RULE = Rule(
    id="empty-continuation",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("NoEmptyContinuation",),
    examples=(
        Example(
            bad="RUN echo one && \\\n\n    echo two",
            fixed="RUN echo one && \\\n    echo two",
        ),
        Example(
            bad="RUN echo one && \\\n    # and then\n\n    echo two",
            fixed="RUN echo one && \\\n    # and then\n    echo two",
        ),
        Example(bad="RUN cd /tmp \\\n\nRUN ./build"),
        Example(good="RUN echo one && \\\n    echo two"),
    ),
)
