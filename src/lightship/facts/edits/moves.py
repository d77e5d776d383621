"""Edits of whole lines: an instruction is moved, removed, or gets others beside it.

A block is an instruction with the comment lines directly above it, which speak of it and go where
it goes.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.dockerfile.places import comments_in, whole_lines
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.regex import regex
from lightship.text import Edit, Span

Lines = Sequence[str]
# `#RUN apt install squid`, not `# COPY the sources`
_COMMENTED_OUT = regex(
    r"[ \t]*#[ \t]?(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|FROM|RUN|USER|WORKDIR)[ \t]+"
    r"(?:[-\[./$\"]|[\w-]*=|(?:apt|apk|pip|uv|npm|conda|which|curl|wget|mkdir|chmod|chown|ln)\b)"
)

_ABOVE = regex(r"(?i)\babove\b")


class GiveUp(Exception):  # noqa: N818 - it says what to do, and never leaves `lint`
    """There is no edit that is right for sure."""


def block(dockerfile: Dockerfile, instruction: Instruction) -> Span:
    """From the first comment line directly above an instruction to the end of its last line.

    The line ending is not part of it.
    """
    lines = dockerfile.lines
    line = instruction.first_line
    while line > 1 and _is_comment(dockerfile, line - 1):
        text = lines.span(line - 1).of(dockerfile.text)
        if _COMMENTED_OUT.match(text):
            break  # it speaks of nothing, and may belong to what is above
        line -= 1
    if _speaks_of_from(dockerfile, line, instruction.first_line):
        line = instruction.first_line
    first = lines.span(line)
    last = lines.span(instruction.last_line)
    return Span(first.start, last.end)


def _speaks_of_from(dockerfile: Dockerfile, first: int, end: int) -> bool:
    """Whether comments directly below a FROM name what is above: "comment out the one above"."""
    if not any(stage.from_.last_line == first - 1 for stage in dockerfile.stages):
        return False
    lines = dockerfile.lines
    span = Span(lines.span(first).start, lines.span(end).start)
    return _ABOVE.search(span.of(dockerfile.text)) is not None


def _is_comment(dockerfile: Dockerfile, line: int) -> bool:
    """Whether a line is a comment on its own, not one inside an instruction."""
    if line < 1:
        return False
    span = dockerfile.lines.span(line)
    comments = comments_in(dockerfile, span)
    return any(not comment.inside for comment in comments)


def is_closed(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether a line that is put after an instruction is one of its own.

    It is not where a continuation ends the file.
    """
    text = instruction.span.of(dockerfile.text)
    written = text.rstrip()
    return not written.endswith(dockerfile.escape)


def before(dockerfile: Dockerfile, instruction: Instruction, lines: Lines) -> Edit:
    """Put `lines` above an instruction and its comments."""
    start = block(dockerfile, instruction).start
    added = _ended(dockerfile, lines)
    return Edit.insert(start, added)


def before_block(
    dockerfile: Dockerfile,
    instruction: Instruction,
    lines: Lines,
) -> Edit:
    """The same in the manner of the instruction, as a paragraph where that begins one."""
    new = indented(dockerfile, instruction, *lines)
    if is_spaced(dockerfile, instruction):
        new = (*new, "")
    return before(dockerfile, instruction, new)


def directly_before(
    dockerfile: Dockerfile,
    instruction: Instruction,
    lines: Lines,
) -> Edit:
    """Put `lines` above an instruction, below its comments."""
    line = dockerfile.lines.span(instruction.first_line)
    added = _ended(dockerfile, lines)
    return Edit.insert(line.start, added)


def after(dockerfile: Dockerfile, instruction: Instruction, lines: Lines) -> Edit:
    """Put `lines` below an instruction."""
    text = dockerfile.text
    newline = dockerfile.newline
    added = _ended(dockerfile, lines)
    end = block(dockerfile, instruction).end
    line_end = text.find("\n", end)
    if line_end >= 0:
        return Edit.insert(line_end + 1, added)

    # The last line has no line end, and gets none
    added = newline + added.removesuffix(newline)
    return Edit.insert(len(text), added)


def remove(
    dockerfile: Dockerfile,
    instruction: Instruction,
    last: Instruction | None = None,
) -> Edit:
    """Take out an instruction with its comments.

    The blank line below it goes too where there is one above it. With `last`, all from the one
    instruction to the other is taken out; nothing but comments stands between them.
    """
    lines = dockerfile.lines
    last = last or instruction
    start = block(dockerfile, instruction).start
    end = whole_lines(dockerfile, last).end

    above = lines.line(start) - 1
    below = last.last_line + 1
    is_last = below >= len(lines.starts)
    between_blanks = _is_blank(dockerfile, above) and _is_blank(dockerfile, below)
    if between_blanks and not is_last:
        end = lines.starts[below]

    # What is the last line then had a line end, and the text had none at its end
    text = dockerfile.text
    if end == len(text) and not text.endswith("\n"):
        start = lines.span(above).end
    return Edit.delete(Span(start, end))


def neighbours(
    dockerfile: Dockerfile,
    instructions: Sequence[Instruction],
) -> list[list[Instruction]]:
    """Instructions in groups, between whose members nothing but blank lines stands."""
    groups: list[list[Instruction]] = []
    end = 0
    for instruction in instructions:
        start = block(dockerfile, instruction).start
        gap = dockerfile.text[end:start]
        if groups and not gap.strip():
            groups[-1].append(instruction)
        else:
            groups.append([instruction])
        end = whole_lines(dockerfile, instruction).end
    return groups


def moved(dockerfile: Dockerfile, instruction: Instruction) -> tuple[str, ...]:
    """The lines of a block, to be put elsewhere."""
    lines = dockerfile.lines
    span = block(dockerfile, instruction)
    first = lines.line(span.start)
    last = lines.line(span.end)

    texts: list[str] = []
    for number in range(first, last + 1):
        line = lines.span(number)
        text = line.of(dockerfile.text)
        texts.append(text)
    return tuple(texts)


def indented(
    dockerfile: Dockerfile,
    instruction: Instruction,
    *lines: str,
) -> tuple[str, ...]:
    """New instructions as the file writes an old one: its indentation, its keyword's case."""
    text = dockerfile.text
    end = instruction.span.start
    start = text.rfind("\n", 0, end) + 1
    indent = text[start:end]
    if indent.strip(" \t"):
        indent = ""

    is_lower = instruction.name.text.islower()
    written = [_written(line, indent, is_lower) for line in lines]
    return tuple(written)


def _written(line: str, indent: str, is_lower: bool) -> str:
    """A line of an instruction in the manner of the file."""
    if not line:
        return line
    if is_lower:
        keyword, blank, rest = line.partition(" ")
        if keyword == "FROM":
            rest = rest.replace(" AS ", " as ")
        line = f"{keyword.lower()}{blank}{rest}"
    return f"{indent}{line}"


def is_commented(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether a comment stands directly above an instruction."""
    return _is_comment(dockerfile, instruction.first_line - 1)


def is_spaced(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    """Whether a blank line stands above an instruction and its comments."""
    start = block(dockerfile, instruction).start
    above = dockerfile.lines.line(start) - 1
    return _is_blank(dockerfile, above)


def _is_blank(dockerfile: Dockerfile, line: int) -> bool:
    """Whether there is such a line, with nothing on it."""
    lines = dockerfile.lines
    if not 1 <= line <= len(lines.starts):
        return False
    span = lines.span(line)
    text = span.of(dockerfile.text)
    return not text.strip()


def _ended(dockerfile: Dockerfile, lines: Lines) -> str:
    """The lines, each with a line ending."""
    newline = dockerfile.newline
    return "".join(f"{line}{newline}" for line in lines)
