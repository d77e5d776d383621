"""Where a finding starts: on the line that BuildKit names, and as near to the word as that
line allows.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Protocol

from lightship.dockerfile.tree import Comment, Dockerfile, Instruction
from lightship.text import Span


class Reported(Protocol):
    """What stands in `instruction` and is reported at `place`.

    Those are the same, but for a trigger of ONBUILD: BuildKit reports it at the FROM that runs it.
    """

    @property
    def instruction(self) -> Instruction: ...

    @property
    def place(self) -> Instruction: ...


def place_of_word(
    dockerfile: Dockerfile,
    reported: Reported,
    span: Span | None,
) -> Span:
    """Where to report a word of an instruction: the word, or the line that runs a trigger."""
    is_own = reported.place is reported.instruction
    if is_own and span is not None:
        return span
    return on_first_line(dockerfile, reported.place)


def word_on_first_line(
    dockerfile: Dockerfile,
    reported: Reported,
    span: Span | None,
) -> Span:
    """The same on the line that BuildKit names: the word only if it starts there."""
    is_own = reported.place is reported.instruction
    return on_first_line(dockerfile, reported.place, span if is_own else None)


def on_first_line(
    dockerfile: Dockerfile,
    instruction: Instruction,
    span: Span | None = None,
) -> Span:
    """`span` if it starts on the first line of `instruction`, else the keyword, else the
    start of that line.
    """
    start = instruction.span.start
    line_end = dockerfile.text.find("\n", start)
    end = len(dockerfile.text) if line_end < 0 else line_end
    for candidate in (span, instruction.name.span):
        if candidate is not None and start <= candidate.start < end:
            return candidate
    return Span(start, max(end, start))


def _start(comment: Comment) -> int:
    return comment.span.start


def holds_comment(dockerfile: Dockerfile, span: Span) -> bool:
    """Whether a comment starts inside `span`: an edit of it would lose the comment."""
    return bool(comments_in(dockerfile, span))


def comments_in(dockerfile: Dockerfile, span: Span) -> list[Comment]:
    """The comments that start inside `span`."""
    comments = dockerfile.comments
    first = bisect_left(comments, span.start, key=_start)
    last = bisect_left(comments, span.end, key=_start)
    return list(comments[first:last])


def comments_near(dockerfile: Dockerfile, instruction: Instruction) -> str:
    """The comments directly above an instruction, inside it and directly below, in lower case."""
    lines = dockerfile.lines
    start = block_start(dockerfile, instruction)
    line = lines.line(max(instruction.span.end - 1, instruction.span.start))
    while line < len(lines.starts):
        below = lines.span(line + 1).of(dockerfile.text)
        if not below.lstrip(" \t").startswith("#"):
            break
        line += 1
    span = Span(start, lines.span(line).end)
    texts = [item.text(dockerfile.text) for item in comments_in(dockerfile, span)]
    return "\n".join(texts).lower()


def whole_lines(dockerfile: Dockerfile, instruction: Instruction) -> Span:
    """The lines of an instruction, with the line ending of the last, or that before it at the
    end of the text.
    """
    text = dockerfile.text
    start = text.rfind("\n", 0, instruction.span.start) + 1
    end = text.find("\n", instruction.span.end) + 1
    if end:
        return Span(start, end)
    before = start - (start > 0) - (text[start - 2 : start] == "\r\n")
    return Span(before, len(text))


def block_start(dockerfile: Dockerfile, instruction: Instruction) -> int:
    """Where the comment lines directly above an instruction start, or else its own
    line.
    """
    lines = dockerfile.lines
    line = lines.line(instruction.span.start)
    while line > 1:
        above = lines.span(line - 1).of(dockerfile.text)
        is_comment = above.lstrip(" \t").startswith("#")
        if not is_comment:
            break
        line -= 1
    return lines.starts[line - 1]
