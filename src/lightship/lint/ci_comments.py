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
    for match in OURS.finditer(text):
        start = match.start()
        line = lines.line(start)
        before = text[lines.span(line).start : start]
        if before and not before[-1].isspace():
            continue  # `#` is a part of a word
        scope: Span | None = None
        if not match["file"]:
            scope = lines.span(line) if before.strip() else _below(lines, line)
        comment = Span(*match.span())
        yield IgnoreComment(words_of(match, 0), scope, comment, "lightship")


def _below(lines: Lines, line: int) -> Span:
    """What a comment on a line of its own stands above."""
    last = len(lines.starts)
    first = line + 1
    while first <= last and _is_passed(lines, first):
        first += 1
    if first > last:
        end = len(lines.text)
        return Span(end, end)

    indent = _indent(lines, first)
    end = first
    for number in range(first + 1, last + 1):
        if _is_blank(lines, number):
            continue
        if _indent(lines, number) <= indent:
            break
        end = number
    return Span(lines.span(first).start, lines.span(end).end)


def _is_passed(lines: Lines, line: int) -> bool:
    """Whether it is blank, or another comment."""
    text = lines.span(line).of(lines.text).strip()
    return not text or text.startswith("#")


def _is_blank(lines: Lines, line: int) -> bool:
    return not lines.span(line).of(lines.text).strip()


def _indent(lines: Lines, line: int) -> int:
    text = lines.span(line).of(lines.text)
    return len(text) - len(text.lstrip(" "))
