"""Texts of HCL with `${…}` in them: in quotes, and as here-documents."""

from __future__ import annotations

from collections.abc import Callable

from lightship.builds.hcl.hcl_cursor import HclCursor
from lightship.builds.hcl.hcl_values import (
    Expression,
    HclScope,
    constant,
    joined_texts,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.regex import regex

Reader = Callable[[HclCursor], Expression]
_HEREDOC = regex(r"<<(-?)([A-Za-z_][\w-]*)[ \t\r]*\n")
_PLAIN = regex(r'[^"\\$%\n]+')
_PLAIN_IN_HEREDOC = regex(r"[^$%]+")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def template(cursor: HclCursor, inner: Reader, *, in_quotes: bool) -> list[Expression]:
    """The parts of a text with `${…}`, up to the closing quote or the end.

    `inner` reads what stands in the braces.
    """
    parts: list[Expression] = []
    plain: list[str] = []

    def flush() -> None:
        if plain:
            parts.append(constant("".join(plain)))
            plain.clear()

    text = cursor.text
    pattern = _PLAIN if in_quotes else _PLAIN_IN_HEREDOC
    while cursor.at < len(text):
        run = pattern.match(text, cursor.at)
        if run is not None:
            plain.append(run[0])
            cursor.at = run.end()
        elif text.startswith(("$${", "%%{"), cursor.at):
            plain.append(text[cursor.at + 1 : cursor.at + 3])
            cursor.at += 3
        elif text.startswith(("${", "%{"), cursor.at):
            flush()
            parts.append(_inserted(cursor, inner))
        elif in_quotes and text[cursor.at] in '"\n':
            break
        else:
            plain.append(_character(cursor, in_quotes=in_quotes))
    if in_quotes:
        cursor.need('"')
    flush()
    return parts


def heredoc(cursor: HclCursor, inner: Reader) -> Expression:
    """`<<NAME` and the lines up to that name; with `<<-` without what all lines begin with."""
    match = _HEREDOC.match(cursor.text, cursor.at)
    if match is None:
        raise cursor.wrong("a value is expected")
    start = match.end()
    first_line = cursor.places.line(start)
    end = start
    while True:
        line_end = cursor.text.find("\n", end)
        line = cursor.text[end : line_end if line_end >= 0 else len(cursor.text)]
        if line.strip() == match[2]:
            break
        if line_end < 0:
            raise cursor.wrong(f"the text up to {match[2]} does not end")
        end = line_end + 1
    body = cursor.text[start:end]
    if match[1]:
        body = _dedented(body)
    text = HclCursor(body)
    text.depth = cursor.depth
    parts = template(text, inner, in_quotes=False)
    cursor.at = end + len(line)
    cursor.heredoc_line = first_line
    return joined_texts([constant(""), *parts])


def _character(cursor: HclCursor, *, in_quotes: bool) -> str:
    """One character, or what an escape stands for."""
    if in_quotes and cursor.text[cursor.at] == "\\":
        return _escape(cursor)
    cursor.at += 1
    return cursor.text[cursor.at - 1]


def _inserted(cursor: HclCursor, inner: Reader) -> Expression:
    if cursor.text[cursor.at] == "$":
        return _interpolation(cursor, inner)
    return _directive(cursor)


def _interpolation(cursor: HclCursor, inner: Reader) -> Expression:
    cursor.at += 2
    cursor.take("~")
    outside, cursor.lines = cursor.lines, True
    value = inner(cursor)
    cursor.take("~")
    cursor.need("}")
    cursor.lines = outside
    return value


def _directive(cursor: HclCursor) -> Expression:
    end = cursor.text.find("}", cursor.at)
    if end < 0:
        raise cursor.wrong("} is expected")
    cursor.at = end + 1

    def unknown(_scope: HclScope) -> str:
        raise UnknownValueError("directives in texts are not followed")

    return unknown


def _escape(cursor: HclCursor) -> str:
    char = cursor.text[cursor.at + 1 : cursor.at + 2]
    width = {"u": 4, "U": 8}.get(char)
    if width is None:
        cursor.at += 2
        return _ESCAPES.get(char, char)
    digits = cursor.text[cursor.at + 2 : cursor.at + 2 + width]
    cursor.at += 2 + width
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        raise cursor.wrong(f"invalid escape \\{char}{digits}") from None


def _dedented(body: str) -> str:
    """A text without the blanks that all its lines begin with."""
    lines = body.split("\n")
    widths = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    width = min(widths, default=0)
    return "\n".join(
        line[width:] if line.strip() else line.lstrip(" \t") for line in lines
    )
