"""Parser directives: `# syntax=`, `# escape=`, `# check=` (BuildKit's
frontend/dockerfile/parser/directives.go).
"""

from __future__ import annotations

from lightship.dockerfile.characters import SPACE
from lightship.dockerfile.tree import Directive
from lightship.regex import regex
from lightship.text import Span

NAMES = frozenset({"syntax", "escape", "check"})

_BLANKS = "\t\n\f\r "
_NAME = regex(f"([a-zA-Z][a-zA-Z0-9]*)[{_BLANKS}]*=")


def read_directive(text: str, start: int, end: int) -> Directive | None:
    """directive = "#" space* name blank* "=" blank* value blank*

    The line `text[start:end]`, without its line ending, as a directive; None ends the directives
    for good: an ordinary comment, an unknown name, a blank line, an instruction.
    """
    if not text.startswith("#", start):
        return None
    body = text[start + 1 : end].lstrip(SPACE)
    match = _NAME.match(body)
    if match is None:
        return None
    name = match[1].lower()
    if name not in NAMES:
        return None

    after_name = body[match.end() :]
    # A value of blanks alone is the last of them.
    rest = after_name.lstrip(_BLANKS) or after_name[-1:]
    value = rest.rstrip(_BLANKS) or rest
    if not value:
        return None
    at = end - len(rest)
    value_span = Span(at, at + len(value))
    return Directive(name, value, Span(start, end), value_span)
