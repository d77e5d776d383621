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
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        line = text[at:line_end].strip()
        if not line or line.startswith("#"):
            at = line_end + 1
            continue
        match = _NAME.match(text, at)
        if match is None:
            return values
        at = match.end()
        if match[2] in ("=", ":"):
            at = _read_value(text, at, match[1], values)
    return values


def _read_value(text: str, at: int, name: str, values: dict[str, str]) -> int:
    """Put the value that begins at `at` into `values`; where it ends."""
    quoted = _SINGLE.match(text, at)
    if quoted is not None:
        values[name] = quoted[1].replace("\\'", "'")
        return quoted.end()

    quoted = _DOUBLE.match(text, at)
    if quoted is not None:
        raw = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), quoted[1])
        end = quoted.end()
    else:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        raw = text[at:end].partition(" #")[0].rstrip()
    try:
        values[name] = interpolate(raw, values.get)
    except UnknownValueError:
        values.pop(name, None)
    return end
