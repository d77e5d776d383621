"""Variables, quotes and escapes of operands, as BuildKit reads them
(frontend/dockerfile/shell/lex.go).
"""

from __future__ import annotations

import re

from lightship.expansion.lexer import LIMIT, WORD_OR_SPACE, Budget, Getter, Lexer
from lightship.record import record
from lightship.regex import regex

__all__ = ["LIMIT", "Budget", "Expansion", "Getter", "expand", "is_plain", "words"]

# What makes a text of ASCII more than itself, and what makes any text
_MARKS = {escape: frozenset(f"$<'\"{escape}") for escape in "\\`"}
_SPECIAL = {
    escape: regex(rf"""[$<'"{re.escape(escape)}\ufeff\udc80-\udcff]""")
    for escape in "\\`"
}


@record
class Expansion:
    """A word with its variables put in; `used` were read, `unset` were read and not found."""

    text: str
    used: frozenset[str] = frozenset()
    unset: frozenset[str] = frozenset()


def is_plain(text: str, escape: str) -> bool:
    """Whether `text` stands for itself: no variable, quote or escape in it."""
    if text.isascii():
        return _MARKS[escape].isdisjoint(text)
    return _SPECIAL[escape].search(text) is None


def expand(  # noqa: PLR0913 - the lexer's switches, each named where it is used
    text: str,
    get: Getter,
    *,
    escape: str = "\\",
    raw_quotes: bool = False,
    raw_escapes: bool = False,
    skip_quotes: bool = False,
    keep_unset: bool = False,
    budget: Budget | None = None,
) -> Expansion:
    """`text` as one word (ProcessWordWithMatches); raises ExpansionError with BuildKit's reason."""
    if is_plain(text, escape):
        return Expansion(text)
    lexer = Lexer(
        text,
        get,
        escape,
        raw_quotes,
        raw_escapes,
        skip_quotes,
        keep_unset,
        budget or Budget(),
    )
    _read(lexer)
    return Expansion(
        "".join(lexer.pieces), frozenset(lexer.used), frozenset(lexer.unset)
    )


def words(  # noqa: PLR0913 - as expand
    text: str,
    get: Getter,
    *,
    escape: str = "\\",
    raw_quotes: bool = False,
    raw_escapes: bool = False,
    skip_quotes: bool = False,
    keep_unset: bool = False,
    budget: Budget | None = None,
) -> list[str]:
    """`text` cut at blanks after expansion (ProcessWords).

    Raises ExpansionError with BuildKit's reason.
    """
    if is_plain(text, escape):
        return [match[0] for match in WORD_OR_SPACE.finditer(text) if match[1]]
    lexer = Lexer(
        text,
        get,
        escape,
        raw_quotes,
        raw_escapes,
        skip_quotes,
        keep_unset,
        budget or Budget(),
        [],
    )
    _read(lexer)
    assert lexer.words is not None
    if lexer.buffer:
        lexer.words.append("".join(lexer.buffer))
    return lexer.words


def _read(lexer: Lexer) -> None:
    # Many Dockerfiles have nothing to expand
    from lightship.expansion.quotes import run  # noqa: PLC0415

    run(lexer)
