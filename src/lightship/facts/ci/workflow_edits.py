"""Edits of workflows: of fields in a cache option, of inputs, of steps. The rest stays as it is.

None where the text is not written in a way that can be edited with certainty, as in flow style or
inside an expression.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.builds.ci.cache_option import CacheOption, csv_fields
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.text import Edit, Span

_NOT_IN_CSV = ('"', "&&", "||")


def with_field(file: CiFile, option: CacheOption, field: str) -> Edit | None:
    """Add a field such as `mode=max` at the end of an option."""
    span = option.span
    if span is None or not _takes_field(file, span):
        return None
    return Edit.insert(span.end, f",{field}")


def with_other_field(
    file: CiFile, option: CacheOption, name: str, field: str
) -> Edit | None:
    """Replace the field `name` of an option by another one."""
    span = option.span
    if span is None or not _takes_field(file, span):
        return None

    start = span.start
    parts = span.of(file.text).split(",")
    for part in parts:
        end = start + len(part)
        key, equals, _ = part.partition("=")
        if equals and key.lower() == name:
            return Edit.replace(Span(start, end), field)
        start = end + 1
    return None


def _takes_field(file: CiFile, span: Span) -> bool:
    """Whether fields can be added: in flow style a comma without quotes begins another key."""
    if not _is_plain_csv(span.of(file.text)):
        return False
    if not file.is_flow(span.start):
        return True
    return _is_quoted(file.text, span)


def _is_quoted(text: str, span: Span) -> bool:
    before = text[span.start - 1 : span.start]
    after = text[span.end : span.end + 1]
    if before != after:
        return False
    return before in ("'", '"')


def _is_plain_csv(text: str) -> bool:
    """Whether a text is fields alone: no expression stands around them, and no quotes."""
    if text.startswith("${{"):
        return False
    if any(mark in text for mark in _NOT_IN_CSV):
        return False
    fields = csv_fields(text)
    if not fields:
        return False
    return all("=" in field for field in fields)


def with_inputs(file: CiFile, build: CiBuild, texts: Sequence[str]) -> Edit | None:
    """Add inputs, each a line `name: value`, after the last one of a step."""
    inputs = build.step.inputs
    keys = build.step.keys
    if inputs is None or not keys:
        return None

    before = _before_on_line(file, inputs.start)
    if before.strip() or file.is_flow(inputs.start):
        return None  # flow style: `with: {…}`

    _key, value = max(keys.values())
    block = Span(inputs.start, inputs.end)
    last = _last_line(file, block, value)
    end = file.lines.span(last).end

    # A line of its own for each, indented as the first input is
    begin = _newline(file) + " " * len(before)
    rows = [f"{begin}{text}" for text in texts]
    return Edit.insert(end, "".join(rows))


def _before_on_line(file: CiFile, at: int) -> str:
    """What stands before a place on its line."""
    line = file.lines.line(at)
    start = file.lines.span(line).start
    return file.text[start:at]


def _last_line(file: CiFile, span: Span, value: Span) -> int:
    """The last line of a block that holds more than blanks and comments.

    `value` is its last one: in a text that begins with `|` or `>` no line is a comment.
    """
    lines = file.lines
    end_of_text = _block_end(file, value)
    first = lines.line(span.start)
    last_place = max(span.end - 1, span.start)
    last = lines.line(last_place)
    while last > first:
        row = lines.span(last)
        text = row.of(file.text).lstrip()
        # A block ends where the next one begins: after the indentation of its first line
        start = row.end - len(text)
        is_comment = text.startswith("#") and start >= end_of_text
        is_empty = not text or is_comment
        if not is_empty and start < span.end:
            break
        last -= 1
    return last


def _block_end(file: CiFile, value: Span) -> int:
    """Where a text that begins on the line below ends, 0 for another value.

    It ends above the first line that is indented less than its own first one.
    """
    text = value.of(file.text)
    is_block = text.startswith(("|", ">"))
    if not is_block:
        return 0

    head, _, body = text.partition("\n")
    at = value.start + len(head) + 1
    indent = -1  # of its first line that is not blank
    for row in body.splitlines(keepends=True):
        is_blank = not row.strip()
        own = len(row) - len(row.lstrip(" "))
        if indent < 0 and not is_blank:
            indent = own
        if own < indent and not is_blank:
            break
        at += len(row)
    return at


def without_input(file: CiFile, build: CiBuild, name: str) -> Edit | None:
    """Remove an input with its lines."""
    keys = build.step.keys
    places = keys.get(name)
    if places is None or len(keys) < 2:
        return None

    key, value = places
    before = _before_on_line(file, key.start)
    if before.strip() or file.is_flow(key.start):
        return None  # another one stands before it, or after it

    lines = file.lines
    whole = Span(key.start, value.end)
    last = _last_line(file, whole, value)
    start = key.start - len(before)
    # The last line of a file may have no end
    is_last_line = last >= len(lines.starts)
    end = len(file.text) if is_last_line else lines.starts[last]
    whole_lines = Span(start, end)
    return Edit.delete(whole_lines)


def with_step_before(file: CiFile, build: CiBuild, text: str) -> Edit | None:
    """Add a step of one line before a step, and before the comments above it."""
    span = build.step.span
    if span is None:
        return None

    head = _before_on_line(file, span.start)
    if head.strip() != "-":
        return None

    start = _start_with_comments(file, span)
    indent, _dash, _ = head.partition("-")
    row = f"{indent}- {text}{_newline(file)}"
    return Edit.insert(start, row)


def _start_with_comments(file: CiFile, step: Span) -> int:
    """Where the first line of a step begins, or that of the comments above it."""
    lines = file.lines
    line = lines.line(step.start)
    indent, _dash, _ = _before_on_line(file, step.start).partition("-")
    while line > 1 and _is_comment(file, line - 1, indent):
        line -= 1
    return lines.span(line).start


def builds_above(file: CiFile, build: CiBuild) -> tuple[Span, ...]:
    """The steps with the earlier builds of a job: a builder that one of them gets serves all below.

    A fix that sets a builder up relies on them, so that it waits for theirs.
    """
    step = build.step
    spans: dict[Span, None] = {}
    for other in file.builds:
        span = other.step.span
        is_above = other.step.job == step.job and other.step.number < step.number
        if span is not None and is_above:
            start = _start_with_comments(file, span)
            spans[Span(start, span.end)] = None
    return tuple(spans)


def _is_comment(file: CiFile, line: int, indent: str) -> bool:
    span = file.lines.span(line)
    text = span.of(file.text)
    return text.startswith(f"{indent}#")


def _newline(file: CiFile) -> str:
    return "\r\n" if "\r\n" in file.text else "\n"
