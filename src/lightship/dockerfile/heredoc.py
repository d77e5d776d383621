"""Heredocs: `<<NAME` in a line, and the body that follows it (BuildKit's
frontend/dockerfile/parser/parser.go).
"""

from __future__ import annotations

import re
from dataclasses import replace

from lightship.dockerfile.characters import SPACE
from lightship.errors import ExpansionError
from lightship.expansion.variables import words
from lightship.record import record
from lightship.regex import regex

_HEREDOC = regex(r"([0-9]*+)<<(-?)[\t\n\f\r ]*+([^<]*)\Z")
_LARGEST_FD = 2**64 - 1
_BLANK = regex(f"[{SPACE}]")
_INVALID = regex("[\udc80-\udcff]")


@record
class Opening:
    """A heredoc word: `2<<-"NAME"`, before its body is read.

    `start` and `end` lie in the joined line.
    """

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

    The line is split as a shell would, with `\\` whatever `# escape` says; where it cannot be
    split, as with an open quote, it has none. Raises ExpansionError for a heredoc word that cannot
    be read itself.
    """
    try:
        parts = words(line, _unset, raw_quotes=True, raw_escapes=True, keep_unset=True)
    except ExpansionError:
        return []
    found = []
    text = _INVALID.sub("\ufffd", line)
    at, lost = 0, False
    for part in parts:
        opening = read_opening(part)
        while at < len(text) and text[at] in SPACE:
            at += 1
        if opening is not None and not lost and not text.startswith(part, at):
            again = text.find(part, at)
            at, lost = max(at, again), again < 0
        end = _end(text, at, part)
        if opening is not None:
            found.append(replace(opening, start=at, end=end))
        at = end
    return found


def _end(text: str, at: int, part: str) -> int:
    """Where the word at `at` ends.

    At the next blank where BuildKit's lexer changed it, as it does with `"\\a"`.
    """
    if text.startswith(part, at):
        return at + len(part)
    blank = _BLANK.search(text, at)
    return blank.start() if blank else len(text)


def read_opening(word: str) -> Opening | None:
    """opening = digit* "<<" "-"? space* name

    None where the word is not a heredoc. Any quote in the name turns expansion of the body off.
    Raises ExpansionError.
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
    return Opening(
        bare[0], expand, match[2] == "-", min(int(digits or "0"), _LARGEST_FD)
    )


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


def is_terminator(line: str, opening: Opening) -> bool:
    """Whether a line, with its line ending, ends the body."""
    content = line.rstrip("\r\n")
    return (content.lstrip("\t") if opening.chomp else content) == opening.name


def chomped(content: str) -> str:
    """The body of `<<-` without its leading tabs."""
    return re.sub(r"(?m)^\t+", "", content)
