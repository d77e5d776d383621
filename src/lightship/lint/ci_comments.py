"""Comments in files of CI that silence rules: `# lightship: ignore=ID[,ID] [-- reason]`.

On a line of its own one acts on what is below it: the line, and those that are indented more. After
a value it acts on its line, `ignore-file` on the whole file. In scripts they work as well, since a
shell has the same comments.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.lint.suppress import OURS, IgnoreComment, words_of
from lightship.text import Lines, Span


def ci_ignores(lines: Lines) -> list[IgnoreComment]:
    """All comments of a file that hide findings."""
    if "lightship" not in lines.text:
        return []
    return list(_ignores(lines))


def _ignores(lines: Lines) -> Iterator[IgnoreComment]:
    text = lines.text
    blocks = _Blocks(lines)
    for match in OURS.finditer(text):
        comment = Span(*match.span())
        line = lines.line(comment.start)
        whole = lines.span(line)
        before = text[whole.start : comment.start]
        if before and not before[-1].isspace():
            continue  # `#` is a part of a word

        scope: Span | None = None
        if not match["file"]:
            is_after_value = bool(before.strip())
            scope = whole if is_after_value else blocks.below(line)
        words = words_of(match, 0)
        yield IgnoreComment(words, scope, comment, "lightship")


class _Blocks:
    """For each line what a comment on it stands above, worked out once, from the bottom up."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        number = len(lines.starts)
        # The first line from a line on that is neither blank nor a comment; 0 where there is none
        self._next = [0] * (number + 2)
        # The last line that is indented more than a line, before one that is not
        self._end = [0] * (number + 2)
        # The lines below that end a block, the next one last: indent, line
        self._open: list[tuple[int, int]] = []
        for line in range(number, 0, -1):
            self._add(line)

    def below(self, line: int) -> Span:
        """What a comment on a line of its own stands above."""
        lines = self._lines
        first = self._next[line + 1]
        if not first:
            end = len(lines.text)
            return Span(end, end)
        last = self._end[first]
        start = lines.span(first).start
        end = lines.span(last).end
        return Span(start, end)

    def _add(self, line: int) -> None:
        whole = self._lines.span(line)
        text = whole.of(self._lines.text)
        words = text.strip()
        is_passed = not words or words.startswith("#")
        self._next[line] = self._next[line + 1] if is_passed else line
        if not words:
            return

        # The block of a line ends where that of the last line in it does
        indent = len(text) - len(text.lstrip(" "))
        self._end[line] = line
        while self._open:
            other_indent, other = self._open[-1]
            if other_indent <= indent:
                break
            self._end[line] = self._end[other]
            self._open.pop()
        self._open.append((indent, line))
