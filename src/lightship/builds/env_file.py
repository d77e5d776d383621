"""`.env`: the variables that compose fills in.

Source: compose-go, dotenv/parser.go.
"""

from __future__ import annotations

import re

from lightship.builds.interpolation import UnknownValueError, interpolate
from lightship.regex import regex

_NAME = regex(r"\s*(?:export\s+)?([\w.\-\[\]]+)[^\S\n]*([=:\n]|$)[^\S\n]*")
_DOUBLE = regex(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE = regex(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPE = regex(r'\\([abcfnrtv$"\\])')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "$": "$$"}


def read_env(text: str) -> dict[str, str]:
    """The variables of a file; one whose value is not known is left out.

    What compose refuses ends the reading: it would refuse all of it.
    """
    values: dict[str, str] = {}
    at = 0
    while at < len(text):
        line_end = _line_end(text, at)
        line = text[at:line_end].strip()
        if not line or line.startswith("#"):
            at = line_end + 1
            continue

        match = _NAME.match(text, at)
        if match is None:
            return values
        name, sign = match.groups()
        at = match.end()
        if sign in ("=", ":"):
            at = _read_value(text, at, name, values)
    return values


def _line_end(text: str, at: int) -> int:
    """The end of the line that holds a place."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _read_value(text: str, at: int, name: str, values: dict[str, str]) -> int:
    """Put the value that begins at `at` into `values`; where it ends."""
    quoted = _SINGLE.match(text, at)
    if quoted is not None:
        values[name] = quoted[1].replace("\\'", "'")
        return quoted.end()

    quoted = _DOUBLE.match(text, at)
    if quoted is not None:
        raw = _ESCAPE.sub(_unescaped, quoted[1])
        end = quoted.end()
    else:
        end = _line_end(text, at)
        before_comment = text[at:end].partition(" #")[0]
        raw = before_comment.rstrip()

    try:
        values[name] = interpolate(raw, values.get)
    except UnknownValueError:
        values.pop(name, None)
    return end


def _unescaped(match: re.Match[str]) -> str:
    char = match[1]
    return _ESCAPED.get(char, char)
