"""A blank line stands inside an instruction

BuildKit skips blank lines after a continuation, and says that a future version will refuse
them. They also hide mistakes: a `\\` too many at the end of an instruction swallows the next
one, and the blank line between them makes it look right.

The fix deletes the blank lines. It is safe: BuildKit reads the same instruction with and
without them. Comments stay. Where the blank line shows that a `\\` is too many, delete that
instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit, Span


def check(build: Build) -> Iterator[Finding]:
    lines, text = build.dockerfile.lines, build.dockerfile.text
    for instruction in build.dockerfile.instructions:
        if not instruction.blank_lines:
            continue
        edits = []
        for number in instruction.blank_lines:
            start = lines.starts[number - 1]
            end = lines.starts[number] if number < len(lines.starts) else len(text)
            edits.append(Edit.delete(Span(start, end)))
        blanks = len(edits)
        message = "a blank line stands" if blanks == 1 else f"{blanks} blank lines stand"
        it = "it" if blanks == 1 else "them"
        yield Finding(
            lines.span(instruction.joined_last_line),
            f"{message} inside this {instruction.keyword}, the first on line {instruction.blank_lines[0]}: delete {it}",
            Fix("Delete the blank line" if blanks == 1 else "Delete the blank lines", tuple(edits)),
        )


RULE = Rule(
    id="empty-continuation",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("NoEmptyContinuation",),
    examples=(
        Example(bad="RUN echo one && \\\n\n    echo two", fixed="RUN echo one && \\\n    echo two"),
        Example(
            bad="RUN echo one && \\\n    # and then\n\n    echo two",
            fixed="RUN echo one && \\\n    # and then\n    echo two",
        ),
        Example(good="RUN echo one && \\\n    echo two"),
    ),
)
