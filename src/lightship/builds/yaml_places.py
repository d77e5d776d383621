"""Where the lines of a text in YAML stand in the file, character for character."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.yaml_tree import YamlNode
from lightship.text import Lines, Span

_LITERAL = "|"
_QUOTES = ("'", '"')
# A line of a value, its line in the file, and its place there
LinePlace = tuple[str, int, Span | None]


def line_places(node: YamlNode, lines: Lines) -> Iterator[LinePlace]:
    """Each line of a scalar, with its line in the file and its place there.

    The place is None where the characters of the file are not those of the value, as in a folded
    text or where quotes have escapes.
    """
    value = node.text or ""
    texts = value.split("\n")
    if not node.is_block:
        is_one = len(texts) == 1
        span = scalar_span(node, lines) if is_one else None
        for text in texts:
            yield text, node.line, span
        return

    whole = node.span.of(lines.text)
    is_literal = whole.startswith(_LITERAL)
    for line, text in enumerate(texts, node.line + 1):
        # A folded text is written in other lines
        span = _span_on_line(text, line, lines) if is_literal else None
        yield text, line, span


def scalar_span(node: YamlNode, lines: Lines) -> Span | None:
    """Where a value stands that is written as it is, in quotes or without."""
    span = node.span
    written = span.of(lines.text)
    is_quoted = written.startswith(_QUOTES)
    if is_quoted and written[-1] == written[0]:
        span = Span(span.start + 1, span.end - 1)
    is_same = span.of(lines.text) == node.text
    return span if is_same else None


def _span_on_line(text: str, line: int, lines: Lines) -> Span | None:
    """Where a line of a literal block stands: at the end of its line, after the indentation."""
    if not text or line > len(lines.starts):
        return None
    whole = lines.span(line)
    written = whole.of(lines.text)
    if not written.endswith(text):
        return None
    start = whole.end - len(text)
    return Span(start, whole.end)
