"""Where a finding starts: on the line that BuildKit names, and as near to the word as that line allows."""

from __future__ import annotations

from bisect import bisect_left

from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.text import Span


def on_first_line(dockerfile: Dockerfile, instruction: Instruction, span: Span | None = None) -> Span:
    """`span` if it starts on the first line of `instruction`, else the keyword, else the start of that line."""
    start = instruction.span.start
    line_end = dockerfile.text.find("\n", start)
    end = len(dockerfile.text) if line_end < 0 else line_end
    for candidate in (span, instruction.name.span):
        if candidate is not None and start <= candidate.start < end:
            return candidate
    return Span(start, max(end, start))


def holds_comment(dockerfile: Dockerfile, span: Span) -> bool:
    """Whether a comment starts inside `span`: an edit of it would lose the comment."""
    at = bisect_left(dockerfile.comments, span.start, key=lambda comment: comment.span.start)
    return at < len(dockerfile.comments) and dockerfile.comments[at].span.start < span.end


def whole_lines(dockerfile: Dockerfile, instruction: Instruction) -> Span:
    """The lines of an instruction, with the line end of the last, or that before it at the end of the text."""
    text = dockerfile.text
    start = text.rfind("\n", 0, instruction.span.start) + 1
    end = text.find("\n", instruction.span.end) + 1
    if end:
        return Span(start, end)
    before = start - (start > 0) - (text[start - 2 : start] == "\r\n")
    return Span(before, len(text))
