"""Where a word ends, and the command substitutions inside it.

POSIX.1-2024, Shell Command Language, 2.3.
"""

from __future__ import annotations

import re

from lightship.regex import regex
from lightship.shell.script_reader import DEPTH, Place, ScriptReader, TooDeepError
from lightship.shell.words import Word, literal

_RUN = regex(r"""[^ \t\r\n|&;<>()'"\\$`]++""")
_DOUBLE = regex(r"""[^"\\$`]++""")
_BRACE = regex(r"""[^}"'\\$`]++""")
_ARITHMETIC = regex(
    r"\(\((?:[^()]++|\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\))*+\)\)"
)
_BACKTICK = regex(r"`(?:[^`\\]++|\\.)*+", re.DOTALL)
_SINGLE = regex(r"'[^']*+")
_ANSI = regex(r"\$'(?:[^'\\]++|\\.)*+", re.DOTALL)
_BODY = regex(r"[\\$`]")
_EXTGLOB = frozenset("?*+@!")


def read_word(reader: ScriptReader, place: Place) -> Word | None:
    """The next word, or None where something else comes."""
    start = reader.blanks()
    end = word_end(reader, start, place)
    if end == start:
        return None
    reader.take(end)
    text = reader.text[start:end]
    return Word(text, reader.span(start, end), start, literal(text))


def word_end(reader: ScriptReader, start: int, place: Place) -> int:
    """The end of the word that starts at `start`, or `start` itself.

    Its substitutions are read on the way.
    """
    text, limit, at = reader.text, reader.limit, start
    if text.startswith(("<(", ">("), start, limit):
        return _parentheses(reader, start, start + 2, "process", place)
    while at < limit:
        run = _RUN.match(text, at, limit)
        if run:
            at = run.end()
            continue
        mark = text[at]
        if mark == "(" and at > start and _continues(text, start, at):
            at = _elements(reader, at + 1, place)
        elif mark in "'\"\\$`":
            at = _special(reader, at, place)
        else:
            break
    return min(at, limit)


def _continues(text: str, start: int, at: int) -> bool:
    """Whether `(` at `at` is part of the word: `NAME=(` in bash, or an extended glob, `@(a|b)`."""
    return text[at - 1] in _EXTGLOB or (text[at - 1] == "=" and at - 1 > start)


def _special(reader: ScriptReader, at: int, place: Place) -> int:
    """The position after what a quote, a backslash, a dollar or a backtick begins.

    It stands outside double quotes.
    """
    text, limit, mark = reader.text, reader.limit, reader.text[at]
    if mark == "\\":
        return at + (3 if text.startswith("\r\n", at + 1) else 2)
    if mark == "'":
        return _closed(reader, _SINGLE, at, "'")
    if mark == '"':
        return _double(reader, at + 1, place)
    if mark == "`":
        return _backtick(reader, at, place)
    if text.startswith("$'", at, limit):
        return _closed(reader, _ANSI, at, "'")
    return _dollar(reader, at, place)


def _closed(reader: ScriptReader, pattern: re.Pattern[str], at: int, mark: str) -> int:
    """The position after the `mark` that ends what `pattern` matches at `at`."""
    found = pattern.match(reader.text, at, reader.limit)
    end = found.end() if found else at + 1
    if reader.text.startswith(mark, end, reader.limit):
        return end + 1
    reader.wrong()
    return reader.limit


def _double(reader: ScriptReader, at: int, place: Place) -> int:
    """Inside double quotes; the position after the closing one."""
    text, limit = reader.text, reader.limit
    while at < limit:
        run = _DOUBLE.match(text, at, limit)
        if run:
            at = run.end()
            continue
        mark = text[at]
        if mark == '"':
            return at + 1
        if mark == "$":
            at = _dollar(reader, at, place, quoted=True)
        else:
            at = _backtick(reader, at, place) if mark == "`" else at + 2
    reader.wrong()
    return limit


def _dollar(reader: ScriptReader, at: int, place: Place, quoted: bool = False) -> int:
    """The position after `$((...))`, `$(...)`, `${...}`, or what has no end of its own."""
    text, limit = reader.text, reader.limit
    after = text[at + 1 : at + 2] if at + 1 < limit else ""
    if after == "{":
        return _brace(reader, at + 2, place, quoted)
    if after != "(":
        return at + 1
    arithmetic = (
        _ARITHMETIC.match(text, at + 1, limit)
        if text.startswith("((", at + 1, limit)
        else None
    )
    if arithmetic:
        return _arithmetic(reader, at + 3, arithmetic.end(), place)
    return _parentheses(reader, at, at + 2, "substitution", place)


def _brace(reader: ScriptReader, at: int, place: Place, quoted: bool) -> int:
    """The position after the `}` of a `${`.

    Inside double quotes a `'` is a character like any other.
    """
    if reader.depth >= DEPTH:
        raise TooDeepError
    reader.depth += 1
    text, limit = reader.text, reader.limit
    while at < limit:
        run = _BRACE.match(text, at, limit)
        at = run.end() if run else at
        if at >= limit or text[at] == "}":
            break
        if text[at] == "'" and quoted:
            at += 1
        else:
            at = (
                _dollar(reader, at, place, quoted)
                if text[at] == "$"
                else _special(reader, at, place)
            )
    reader.depth -= 1
    if at >= limit:
        reader.wrong()
    return min(at + 1, limit)


def _arithmetic(reader: ScriptReader, at: int, end: int, place: Place) -> int:
    """The substitutions inside `$((...))`, which ends at `end`."""
    if reader.depth >= DEPTH:
        raise TooDeepError
    reader.depth += 1
    while at < end:
        dollar = reader.text.find("$(", at, end)
        if dollar < 0:
            break
        at = _dollar(reader, dollar, place)
    reader.depth -= 1
    return max(at, end)


def _parentheses(
    reader: ScriptReader, begin: int, inside: int, kind: str, place: Place
) -> int:
    """The commands of `$(...)`, `<(...)` or `>(...)`; the position after the `)`."""
    at, end = reader.at, reader.end
    reader.take(inside)
    reader.bracketed(kind, begin, place, ")")
    inside = reader.at
    reader.at, reader.end = at, end
    return inside


def _backtick(reader: ScriptReader, begin: int, place: Place) -> int:
    """The position after the commands between backticks.

    They end at the first backtick that no backslash keeps.
    """
    at, end, limit = reader.at, reader.end, reader.limit
    after = _closed(reader, _BACKTICK, begin, "`")
    reader.limit = max(after - 1, begin + 1) if after > begin + 1 else limit
    reader.take(begin + 1)
    number = len(reader.blocks)
    reader.block("substitution", begin, place, frozenset())  # the limit closes it
    reader.at, reader.end, reader.limit = at, end, limit
    block = reader.blocks[number]
    if block is not None:
        reader.blocks[number] = type(block)(
            block.kind, reader.span(begin, after), *place
        )
    return after


def _elements(reader: ScriptReader, at: int, place: Place) -> int:
    """The position after the words of `NAME=(...)`, or after the patterns of `@(...)`."""
    depth = 1
    while at < reader.limit:
        run = _RUN.match(reader.text, at, reader.limit)
        if run:
            at = run.end()
            continue
        mark = reader.text[at]
        if mark in "'\"\\$`":
            at = _special(reader, at, place)
            continue
        at += 1
        depth += (mark == "(") - (mark == ")")
        if not depth:
            return at
    reader.wrong()
    return reader.limit


def scan_body(reader: ScriptReader, start: int, end: int, place: Place) -> None:
    """The substitutions in the body of a here-document."""
    limit, reader.limit, errors = reader.limit, end, reader.errors
    at = start
    while at < end:
        mark = _BODY.search(reader.text, at, end)
        if mark is None:
            break
        at = mark.start()
        if mark[0] == "\\":
            at += 2
        else:
            at = (
                _backtick(reader, at, place)
                if mark[0] == "`"
                else _dollar(reader, at, place)
            )
    reader.limit, reader.errors = limit, errors
