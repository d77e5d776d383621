"""Parser directives: `# syntax=`, `# escape=`, `# check=` (BuildKit's frontend/dockerfile/parser/directives.go)."""

from __future__ import annotations

import json

from lightship.dockerfile.characters import SPACE
from lightship.dockerfile.tree import Directive
from lightship.regex import regex
from lightship.text import Span

NAMES = frozenset({"syntax", "escape", "check"})

_BLANKS = "\t\n\f\r "
_NAME = regex(f"([a-zA-Z][a-zA-Z0-9]*)[{_BLANKS}]*=")


def read_directive(
    text: str, start: int, end: int, marker: str = "#"
) -> Directive | None:
    """directive = marker space* name blank* "=" blank* value blank*

    The line `text[start:end]`, without its line end, as a directive; None ends the directives for good: an ordinary
    comment, an unknown name, a blank line, an instruction.
    """
    if not text.startswith(marker, start):
        return None
    body = text[start + len(marker) : end].lstrip(SPACE)
    match = _NAME.match(body)
    if match is None or match[1].lower() not in NAMES:
        return None
    # A value of blanks alone is the last of them.
    rest = body[match.end() :].lstrip(_BLANKS) or body[match.end() :][-1:]
    value = rest.rstrip(_BLANKS) or rest
    if not value:
        return None
    at = end - len(rest)
    return Directive(
        match[1].lower(), value, Span(start, end), Span(at, at + len(value))
    )


def detect(text: str, name: str) -> str | None:
    """The value of a directive as BuildKit looks for `syntax` and `check` before it parses.

    Other than the parser itself it passes over a first line `#!...`, and finds `syntax` also after `//` and as a key of
    a JSON object (`DetectSyntax`). None where there is none.
    """
    body = text.removeprefix("\ufeff")
    if body.startswith("#!"):
        body = body.partition("\n")[2]
    for marker in ("#", "//") if name == "syntax" else ("#",):
        for directive in _leading(body, marker):
            if directive.name == name:
                return directive.value
    return _from_json(body, name) if name == "syntax" else None


def _leading(text: str, marker: str) -> list[Directive]:
    found: list[Directive] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        directive = read_directive(
            text, at, end - 1 if text[end - 1 : end] == "\r" else end, marker
        )
        if directive is None or any(directive.name == other.name for other in found):
            break
        found.append(directive)
        at = end + 1
    return found


def _from_json(text: str, name: str) -> str | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
