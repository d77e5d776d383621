"""The operands of an instruction: words, pairs, JSON arrays (BuildKit's
frontend/dockerfile/parser/line_parsers.go).

Every function takes a line joined over its continuations and the range in it that holds the
operands.
"""

from __future__ import annotations

import re
from functools import cache

from lightship.dockerfile.characters import BLANKS, SPACE, trimmed
from lightship.dockerfile.tree import Pair, Word
from lightship.dockerfile.values import shortened
from lightship.record import record
from lightship.regex import regex
from lightship.text import Mapped, Span


@record
class Unreadable:
    """Why operands cannot be read, and the place to look at."""

    message: str
    span: Span


# encoding/json of Go: how deep arrays and objects may be nested
_DEEPEST = 10_000

# Possessive quantifiers: an open string must not be tried in every way that it could be cut.
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_STRINGS = regex(
    rf"[ \t\r\n]*\[[ \t\r\n]*(?:{_STRING}[ \t\r\n]*(?:,[ \t\r\n]*{_STRING}[ "
    r"\t\r\n]*)*+)?\][ \t\r\n]*"
)
_EACH_STRING = regex(_STRING)
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_TOKEN = regex(
    rf"[ \t\r\n]*(?:(?P<value>{_STRING}|true|false|null|(?P<number>{_NUMBER}))"
    r"|(?P<mark>[\[\]{}:,]))"
)
_SURROGATE = regex("[\ud800-\udfff]")


def one_text(line: Mapped, start: int, end: int) -> tuple[Word, ...]:
    """The whole range as one operand; nothing where it is empty."""
    return (Word(line.text[start:end], line.span(start, end)),) if start < end else ()


def blank_separated(line: Mapped, start: int, end: int) -> tuple[Word, ...]:
    """Operands between blanks; quotes mean nothing here."""
    text, words = line.text, []
    at = start
    while at < end:
        match = BLANKS.search(text, at, end)
        stop = match.start() if match else end
        words.append(Word(text[at:stop], line.span(at, stop)))
        at = match.end() if match else end
    return tuple(words)


@cache
def _word_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(
        rf"(?:[^{SPACE}'\"{e}]++|{e}.|({e}\Z)|\"(?:[^\"{e}]++|{e}.)*+(?:\"|({e}?\Z))|'[^']*+(?:'|\Z))++",
        re.DOTALL,
    )


def quoted_ranges(line: Mapped, start: int, end: int, escape: str) -> list[Span]:
    """word = (char | escape any | '"' (char | escape any)* '"' | "'" char* "'")+

    Where the operands between spaces outside quotes are in the joined line; quotes and escapes
    belong to them. An escape character that ends the line is dropped, an open quote ends with the
    line.
    """
    ranges = []
    for match in _word_pattern(escape).finditer(line.text[:end], start):
        stop = match.end() - 1 if match[1] or match[2] else match.end()
        if stop > match.start():
            ranges.append(Span(match.start(), stop))
    return ranges


def arguments(line: Mapped, start: int, end: int, escape: str) -> tuple[Pair, ...]:
    """arguments = name ("=" value)? (space+ name ("=" value)?)*: the operands of ARG."""
    return tuple(
        _assignment(line, word) for word in quoted_ranges(line, start, end, escape)
    )


def pairs(
    line: Mapped,
    start: int,
    end: int,
    escape: str,
) -> tuple[Pair, ...] | Unreadable:
    """pairs = name "=" value (space+ name "=" value)* | name blank+ rest

    The operands of ENV and LABEL. The form without `=` is chosen by the first word alone.
    """
    words = quoted_ranges(line, start, end, escape)
    if not words:
        return ()
    if "=" not in words[0].of(line.text):
        return _legacy_pair(line, start, end)
    for word in words:
        if "=" not in word.of(line.text):
            found = word.of(line.text)
            return Unreadable(
                f"expected name=value, found {shortened(found)}", line.span(*word)
            )
    return tuple(_assignment(line, word) for word in words)


def _legacy_pair(line: Mapped, start: int, end: int) -> tuple[Pair, ...] | Unreadable:
    blank = BLANKS.search(line.text, start, end)
    if blank is None:
        return Unreadable("must have two arguments", line.span(start, end))
    name = Word(line.text[start : blank.start()], line.span(start, blank.start()))
    value = Word(line.text[blank.end() : end], line.span(blank.end(), end))
    return (Pair(name, value, True, line.span(start, end)),)


def _assignment(line: Mapped, word: Span) -> Pair:
    """A word as `name=value` or `name`."""
    span = line.span(*word)
    equals = line.text.find("=", *word)
    if equals < 0:
        return Pair(Word(word.of(line.text), span), None, False, span)
    name = Word(line.text[word.start : equals], line.span(word.start, equals))
    value = Word(line.text[equals + 1 : word.end], line.span(equals + 1, word.end))
    return Pair(name, value, False, span)


def json_array(
    line: Mapped,
    start: int,
    end: int,
) -> tuple[Word, ...] | Unreadable | None:
    """The elements of a JSON array of strings; None where BuildKit reads shell form instead.

    A valid array with an element that is not a string is an error for BuildKit.
    """
    start, end = trimmed(line.text, start, end)
    text = line.text[start:end]
    if not text.startswith("["):
        return None
    if _STRINGS.fullmatch(text):
        return tuple(
            Word(
                _decoded(match[0]),
                line.span(start + match.start(), start + match.end()),
            )
            for match in _EACH_STRING.finditer(text)
        )
    if not _is_json_array(text):
        return None
    return Unreadable(
        "the elements of a JSON array must all be strings", line.span(start, end)
    )


def _decoded(literal: str) -> str:
    if "\\" not in literal and literal.isascii():
        return literal[1:-1]
    import json  # noqa: PLC0415 - few strings have an escape

    # Go puts U+FFFD in place of bytes that are not UTF-8 and of lone surrogates.
    value = json.loads(_SURROGATE.sub("\ufffd", literal))
    return _SURROGATE.sub("\ufffd", str(value))


def _is_json_array(text: str) -> bool:
    """Whether Go's encoding/json accepts the text as an array.

    Nesting is kept on a list, not on Python's stack.
    """
    open_marks: list[str] = []
    expected = "value"
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        step = _after_token(match, open_marks, expected)
        if step is None:
            return False
        expected = step
        if expected == "end":
            return not text[at:].strip(" \t\r\n")
    return False


def _after_token(
    match: re.Match[str],
    open_marks: list[str],
    expected: str,
) -> str | None:
    """What may follow a token; None where the token may not stand here."""
    mark = match["mark"]
    if mark is None:
        # A number beyond float64 fails in Go, and so the whole array is shell form.
        if match["number"] and float(match["number"]) in (float("inf"), float("-inf")):
            return None
        if expected in ("key", "first key"):
            return "colon" if match["value"].startswith('"') else None
        return "comma" if expected in ("value", "first value") else None
    if mark in "[{":
        if expected not in ("value", "first value") or len(open_marks) >= _DEEPEST:
            return None
        open_marks.append(mark)
        return "first value" if mark == "[" else "first key"
    if mark in "]}":
        allowed = ("first value", "comma") if mark == "]" else ("first key", "comma")
        if expected not in allowed or open_marks.pop() != ("[" if mark == "]" else "{"):
            return None
        return "comma" if open_marks else "end"
    if mark == ":":
        return "value" if expected == "colon" else None
    if expected != "comma":
        return None
    return "value" if open_marks[-1] == "[" else "key"
