"""Heredocs: `<<NAME` in a line, and the body that follows it (BuildKit's frontend/dockerfile/parser/parser.go)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lightship.dockerfile.variables import words
from lightship.errors import ExpansionError

_HEREDOC = re.compile(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)\Z")
_LARGEST_FD = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Opening:
    """A heredoc word: `2<<-"NAME"`, before its body is read; `start` and `end` lie in the joined line."""

    name: str
    expand: bool
    chomp: bool
    fd: int
    start: int = 0
    end: int = 0


def _unset(_name: str) -> None:
    return None


def openings(line: str) -> list[Opening]:
    """The heredoc words of a joined line, in order.

    The line is split as a shell would, with `\\` whatever `# escape` says; where it cannot be split, as with an open
    quote, it has none. Raises ExpansionError for a heredoc word that cannot be read itself.
    """
    try:
        parts = words(line, _unset, raw_quotes=True, raw_escapes=True, keep_unset=True)
    except ExpansionError:
        return []
    found = []
    at = 0
    for part in parts:
        start = line.find(part, at)
        start = at if start < 0 else start
        opening = read_opening(part)
        if opening is not None:
            end = min(start + len(part), len(line))
            found.append(Opening(opening.name, opening.expand, opening.chomp, opening.fd, start, end))
        at = min(start + len(part), len(line))
    return found


def read_opening(word: str) -> Opening | None:
    """opening = digit* "<<" "-"? space* name

    None where the word is no heredoc. Any quote in the name turns expansion of the body off. Raises ExpansionError.
    """
    match = _HEREDOC.match(word)
    if match is None or not match[3]:
        return None
    bare = words(match[3], _unset, keep_unset=True)
    if len(bare) != 1:
        return None
    quoted = words(match[3], _unset, keep_unset=True, raw_quotes=True)
    if len(quoted) != 1:
        raise ExpansionError(f"the heredoc name {match[3]!r} cannot be read")
    expand = _quotes(bare[0]) == _quotes(quoted[0])
    digits = match[1][:20] if len(match[1]) <= 20 else str(_LARGEST_FD)
    return Opening(bare[0], expand, match[2] == "-", min(int(digits or "0"), _LARGEST_FD))


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


def is_terminator(line: str, opening: Opening) -> bool:
    """Whether a line, with its line end, ends the body."""
    content = line.rstrip("\r\n")
    return (content.lstrip("\t") if opening.chomp else content) == opening.name


def chomped(content: str) -> str:
    """The body of `<<-` without its leading tabs."""
    return re.sub(r"(?m)^\t+", "", content)
