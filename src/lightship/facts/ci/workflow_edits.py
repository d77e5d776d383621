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
    at = span.start
    for part in span.of(file.text).split(","):
        key, equals, _ = part.partition("=")
        if equals and key.lower() == name:
            return Edit.replace(Span(at, at + len(part)), field)
        at += len(part) + 1
    return None


def _takes_field(file: CiFile, span: Span) -> bool:
    """Whether fields can be added: in flow style a comma without quotes begins another key."""
    if not _is_plain_csv(span.of(file.text)):
        return False
    return not file.is_flow(span.start) or _is_quoted(file.text, span)


def _is_quoted(text: str, span: Span) -> bool:
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return before == after and before in ("'", '"')


def _is_plain_csv(text: str) -> bool:
    """Whether a text is fields alone: no expression stands around them, and no quotes."""
    if '"' in text or text.startswith("${{") or "&&" in text or "||" in text:
        return False
    fields = csv_fields(text) or []
    return bool(fields) and all("=" in item for item in fields)


def with_inputs(file: CiFile, build: CiBuild, texts: Sequence[str]) -> Edit | None:
    """Add inputs, each a line `name: value`, after the last one of a step."""
    inputs = build.step.inputs
    if inputs is None or not build.step.keys:
        return None
    lines = file.lines
    first = lines.line(inputs.start)
    indent = inputs.start - lines.span(first).start
    before = file.text[lines.span(first).start : inputs.start]
    if before.strip() or file.is_flow(inputs.start):
        return None  # flow style: `with: {…}`
    _key, value = max(build.step.keys.values())
    last = _last_line(file, Span(inputs.start, inputs.end), value)
    end = lines.span(last).end
    newline = _newline(file)
    rows = "".join(f"{newline}{' ' * indent}{text}" for text in texts)
    return Edit.insert(end, rows)


def _last_line(file: CiFile, span: Span, value: Span) -> int:
    """The last line of a block that holds more than blanks and comments.

    `value` is its last one: in a text that begins with `|` or `>` no line is a comment.
    """
    lines = file.lines
    block = _block_end(file, value)
    first = lines.line(span.start)
    last = lines.line(max(span.end - 1, span.start))
    while last > first:
        whole = lines.span(last).of(file.text)
        text = whole.strip()
        # A block ends where the next one begins: after the indentation of its first line
        start = lines.span(last).start + len(whole) - len(whole.lstrip())
        is_comment = text.startswith("#") and start >= block
        if text and not is_comment and start < span.end:
            break
        last -= 1
    return last


def _block_end(file: CiFile, value: Span) -> int:
    """Where a text that begins on the line below ends, 0 for another value.

    It ends above the first line that is indented less than its own first one.
    """
    text = value.of(file.text)
    if not text.startswith(("|", ">")):
        return 0
    head, _, body = text.partition("\n")
    at = value.start + len(head) + 1
    indent = -1
    for row in body.splitlines(keepends=True):
        own = len(row) - len(row.lstrip(" "))
        if row.strip():
            indent = own if indent < 0 else indent
            if own < indent:
                break
        at += len(row)
    return at


def without_input(file: CiFile, build: CiBuild, name: str) -> Edit | None:
    """Remove an input with its lines."""
    places = build.step.keys.get(name)
    if places is None or len(build.step.keys) < 2:
        return None
    key, value = places
    lines = file.lines
    first = lines.line(key.start)
    start = lines.span(first).start
    if file.text[start : key.start].strip() or file.is_flow(key.start):
        return None  # another one stands before it, or after it
    last = _last_line(file, Span(key.start, value.end), value)
    if last >= len(lines.starts):
        return None
    return Edit.delete(Span(start, lines.starts[last]))


def with_step_before(file: CiFile, build: CiBuild, text: str) -> Edit | None:
    """Add a step of one line before a step, and before the comments above it."""
    span = build.step.span
    if span is None:
        return None
    lines = file.lines
    line = lines.line(span.start)
    head = file.text[lines.span(line).start : span.start]
    if head.strip() != "-":
        return None
    indent = head[: head.index("-")]
    while line > 1 and _is_comment(file, line - 1, indent):
        line -= 1
    return Edit.insert(lines.span(line).start, f"{indent}- {text}{_newline(file)}")


def _is_comment(file: CiFile, line: int, indent: str) -> bool:
    text = file.lines.span(line).of(file.text)
    return text.startswith(f"{indent}#")


def _newline(file: CiFile) -> str:
    return "\r\n" if "\r\n" in file.text else "\n"
