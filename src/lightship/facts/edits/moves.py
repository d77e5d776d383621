"""Edits of whole lines: an instruction with the comments above it is put somewhere else, or others are put beside it.

A block is an instruction with the comment lines directly above it, which speak of it and go where it goes.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.dockerfile.places import comments_in, whole_lines
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.text import Edit, Span


class GiveUp(Exception):  # noqa: N818 - it says what to do, and never leaves `lint`
    """There is no edit that is right for sure."""


def block(dockerfile: Dockerfile, instruction: Instruction) -> Span:
    """From the first comment line directly above an instruction to the end of its last line, without the line end."""
    lines, first = dockerfile.lines, instruction.first_line
    while first > 1 and any(
        not comment.inside for comment in comments_in(dockerfile, lines.span(first - 1))
    ):
        first -= 1
    return Span(lines.starts[first - 1], lines.span(instruction.last_line).end)


def is_closed(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether a line put behind an instruction is one of its own: not where a continuation ends the file."""
    return not instruction.span.of(dockerfile.text).rstrip().endswith(dockerfile.escape)


def before(
    dockerfile: Dockerfile, instruction: Instruction, lines: Sequence[str]
) -> Edit:
    """Put `lines` above an instruction and its comments."""
    return Edit.insert(block(dockerfile, instruction).start, _ended(dockerfile, lines))


def after(
    dockerfile: Dockerfile, instruction: Instruction, lines: Sequence[str]
) -> Edit:
    """Put `lines` below an instruction."""
    text, newline = dockerfile.text, dockerfile.newline
    end = text.find("\n", block(dockerfile, instruction).end) + 1
    if end:
        return Edit.insert(end, _ended(dockerfile, lines))
    return Edit.insert(
        len(text), newline + _ended(dockerfile, lines).removesuffix(newline)
    )


def remove(
    dockerfile: Dockerfile, instruction: Instruction, last: Instruction | None = None
) -> Edit:
    """Take out an instruction with its comments, and the blank line below it where there is one above it too.

    With `last` all from the one to the other, which is the next but for comments.
    """
    lines, text, last = dockerfile.lines, dockerfile.text, last or instruction
    start = block(dockerfile, instruction).start
    end = whole_lines(dockerfile, last).end
    above, below = lines.line(start) - 1, last.last_line + 1
    if (
        _blank(dockerfile, above)
        and _blank(dockerfile, below)
        and below < len(lines.starts)
    ):
        end = lines.starts[below]
    if end == len(text) and not text.endswith("\n"):
        start = lines.span(above).end
    return Edit.delete(Span(start, end))


def neighbours(
    dockerfile: Dockerfile, instructions: Sequence[Instruction]
) -> list[list[Instruction]]:
    """Instructions in the order of the text, those together between which nothing but blank lines stands."""
    groups: list[list[Instruction]] = []
    for item in instructions:
        end = whole_lines(dockerfile, groups[-1][-1]).end if groups else 0
        if groups and not dockerfile.text[end : block(dockerfile, item).start].strip():
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def moved(dockerfile: Dockerfile, instruction: Instruction) -> tuple[str, ...]:
    """The lines of a block, to be put elsewhere."""
    span, lines = block(dockerfile, instruction), dockerfile.lines
    first, last = lines.line(span.start), lines.line(span.end)
    return tuple(
        lines.span(line).of(dockerfile.text) for line in range(first, last + 1)
    )


def indented(
    dockerfile: Dockerfile, instruction: Instruction, *lines: str
) -> tuple[str, ...]:
    """New instructions as the file writes an old one: its indentation, its keyword's case."""
    start = instruction.span.start
    indent = dockerfile.text[dockerfile.text.rfind("\n", 0, start) + 1 : start]
    indent = "" if indent.strip(" \t") else indent
    return tuple(indent + _cased(instruction, line) if line else line for line in lines)


def _cased(instruction: Instruction, line: str) -> str:
    if not instruction.name.text.islower():
        return line
    keyword, blank, rest = line.partition(" ")
    return (
        keyword.lower()
        + blank
        + (rest.replace(" AS ", " as ") if keyword == "FROM" else rest)
    )


def is_spaced(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether a blank line stands above an instruction and its comments."""
    return _blank(
        dockerfile, dockerfile.lines.line(block(dockerfile, instruction).start) - 1
    )


def _blank(dockerfile: Dockerfile, line: int) -> bool:
    in_text = 1 <= line <= len(dockerfile.lines.starts)
    return in_text and not dockerfile.lines.span(line).of(dockerfile.text).strip()


def _ended(dockerfile: Dockerfile, lines: Sequence[str]) -> str:
    return "".join(f"{line}{dockerfile.newline}" for line in lines)
