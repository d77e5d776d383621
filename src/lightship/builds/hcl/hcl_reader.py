"""Reads HCL: attributes, blocks and their expressions.

Source: hashicorp/hcl, hclsyntax/spec.md. Why the reader is our own stands in ARCHITECTURE.md.
"""

from __future__ import annotations

from dataclasses import field

from lightship.builds.hcl.hcl_cursor import HclCursor
from lightship.builds.hcl.hcl_expressions import expression
from lightship.builds.hcl.hcl_templates import template
from lightship.builds.hcl.hcl_values import (
    Expression,
    constant,
    joined_texts,
)
from lightship.record import record


@record(eq=False)
class HclAttribute:
    """`name = value`: the expression, its text, its line, and that of a heredoc's first line.

    `start` is where its text begins in the file.
    """

    name: str
    value: Expression
    text: str
    line: int
    heredoc_line: int | None = None
    start: int = 0


@record(eq=False)
class HclBlock:
    """`type "label" { … }`; the file itself is a block without type."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: dict[str, HclAttribute] = field(default_factory=dict)
    blocks: list[HclBlock] = field(default_factory=list)


def read_hcl(text: str) -> HclBlock:
    """A whole file. An UnreadableError with line and reason."""
    cursor = HclCursor(text)
    whole = _body(cursor, "", (), 1, is_file=True)
    if cursor.at < len(text):
        raise cursor.wrong("a name is expected")
    return whole


def read_template(text: str) -> Expression:
    """A text with `${…}`, as JSON has it."""
    cursor = HclCursor(text)
    parts = template(cursor, expression, in_quotes=False)
    return joined_texts(parts or [constant("")])


def _body(
    cursor: HclCursor,
    kind: str,
    labels: tuple[str, ...],
    line: int,
    *,
    is_file: bool = False,
) -> HclBlock:
    """Attributes and blocks, up to the closing brace or the end of the file."""
    cursor.enter()
    block = HclBlock(kind, labels, line)
    while True:
        cursor.skip(lines=True)
        if not is_file and cursor.text.startswith("}", cursor.at):
            cursor.at += 1
            break
        begun = cursor.line()
        name = cursor.name() or _quoted_name(cursor)
        if name is None:
            if is_file:
                break
            raise cursor.wrong("a name or } is expected")
        _statement(cursor, block, name, begun)
    cursor.depth -= 1
    return block


def _quoted_name(cursor: HclCursor) -> str | None:
    """A name in quotes, which bake allows for attributes."""
    if not cursor.text.startswith('"', cursor.at):
        return None
    end = cursor.text.find('"', cursor.at + 1)
    if end < 0:
        raise cursor.wrong('" is expected')
    name = cursor.text[cursor.at + 1 : end]
    cursor.at = end + 1
    return name


def _statement(cursor: HclCursor, block: HclBlock, name: str, line: int) -> None:
    """What follows a name: a value, or labels and a body."""
    cursor.skip()
    if cursor.text.startswith("=", cursor.at):
        cursor.at += 1
        cursor.skip()
        start = cursor.at
        cursor.heredoc_line = None
        value = expression(cursor)
        text = cursor.text[start : cursor.at]
        block.attributes[name] = HclAttribute(
            name, value, text, line, cursor.heredoc_line, start
        )
        return
    labels = []
    while True:
        label = cursor.name() or _quoted_name(cursor)
        if label is None:
            break
        labels.append(label)
    cursor.need("{")
    outside, cursor.lines = cursor.lines, False
    block.blocks.append(_body(cursor, name, tuple(labels), line))
    cursor.lines = outside
