"""Where the lines of a text in YAML stand in the file, character for character."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.yaml_tree import YamlNode
from lightship.text import Lines, Span


def line_places(node: YamlNode, lines: Lines) -> Iterator[tuple[str, int, Span | None]]:
    """Each line of a scalar, with its line in the file and its place there.

    The place is None where the characters of the file are not those of the value, as in a folded
    text or where quotes have escapes.
    """
    texts = (node.text or "").split("\n")
    if node.is_block and lines.text[node.span.start : node.span.start + 1] == "|":
        yield from _block_places(node, texts, lines)
        return

    start, end = node.span
    written = lines.text[start:end]
    if written[:1] in ("'", '"') and written[-1:] == written[:1]:
        start, end = start + 1, end - 1
    is_same = lines.text[start:end] == node.text
    for number, text in enumerate(texts):
        span = Span(start, end) if is_same and len(texts) == 1 else None
        line = node.line + (number + 1 if node.is_block else 0)
        yield text, line, span


def _block_places(
    node: YamlNode, texts: list[str], lines: Lines
) -> Iterator[tuple[str, int, Span | None]]:
    """The lines of a literal block: each is its line in the file without the indentation."""
    for number, text in enumerate(texts, 1):
        line = node.line + number
        span: Span | None = None
        if text and line <= len(lines.starts):
            whole = lines.span(line)
            start = whole.end - len(text)
            if start >= whole.start and lines.text[start : whole.end] == text:
                span = Span(start, whole.end)
        yield text, line, span
