"""Words, quotes and escapes: the states of BuildKit's shell lexer outside `$`
(frontend/dockerfile/shell/lex.go).
"""

from __future__ import annotations

import re
from functools import lru_cache

from lightship.expansion.lexer import INVALID, Frame, Lexer, flush, put
from lightship.expansion.substitution import close, dollar
from lightship.regex import regex

_HEREDOC = regex(r"<(<[\t\r ]*)?")


def run(lexer: Lexer) -> None:
    """Read the whole text; raises ExpansionError."""
    if INVALID.search(lexer.text):
        lexer.text = INVALID.sub("\ufffd", lexer.text)
    lexer.at = int(lexer.text.startswith("\ufeff"))
    lexer.frames.append(Frame(None, 0, lexer.raw))
    while lexer.frames:
        if lexer.frames[-1].stop == '"':
            _double_quoted(lexer, lexer.frames[-1])
        else:
            _word(lexer, lexer.frames[-1])


@lru_cache(maxsize=32)
def _plain(escape: str, skip_quotes: bool, stop: str | None) -> re.Pattern[str]:
    """Characters that mean nothing, in a text up to `stop`."""
    if stop == '"':
        special = '$"' + escape
    else:
        quotes = "" if skip_quotes else "'\""
        special = "$<" + escape + quotes + (stop or "")
    return re.compile(f"[^{re.escape(special)}]+")


def _word(lexer: Lexer, frame: Frame) -> None:
    """A text outside quotes, up to its end or to the next text inside it (processStopOn)."""
    plain = _plain(lexer.escape, lexer.skip_quotes, frame.stop)
    while True:
        if run := plain.match(lexer.text, lexer.at):
            lexer.at = run.end()
            put(lexer, run[0], split=True)
        if lexer.at >= len(lexer.text):
            if frame.stop is not None:
                raise lexer.fail("unexpected end of statement")
            lexer.frames.pop()
            return
        char = lexer.text[lexer.at]
        if char == frame.stop:
            lexer.at += 1
            close(lexer, lexer.frames.pop())
            return
        if _special(lexer, char):
            return


def _special(lexer: Lexer, char: str) -> bool:
    """What a special character begins; whether that is a text of its own."""
    match char:
        case "$":
            return dollar(lexer)
        case "<":
            _possible_heredoc(lexer)
        case '"':
            lexer.frames.append(Frame('"', len(lexer.pieces), lexer.raw))
            _read_quote(lexer)
            return True
        case "'":
            _single_quoted(lexer)
        case _:
            _escaped(lexer)
    return False


def _possible_heredoc(lexer: Lexer) -> None:
    """`<<` takes the blanks after it into the word (processPossibleHeredoc)."""
    heredoc = _HEREDOC.match(lexer.text, lexer.at)
    assert heredoc is not None
    lexer.at = heredoc.end()
    put(lexer, heredoc[0])


def _escaped(lexer: Lexer) -> None:
    """The escape character outside quotes, and what follows."""
    lexer.at += 1
    put(lexer, (lexer.escape if lexer.raw else "") + lexer.peek())
    lexer.at += 1


def _read_quote(lexer: Lexer) -> None:
    if lexer.raw_quotes:
        lexer.pieces.append(lexer.peek())
    lexer.at += 1


def _single_quoted(lexer: Lexer) -> None:
    """All up to the next single quote, as it stands (processSingleQuote)."""
    end = lexer.text.find("'", lexer.at + 1)
    if end < 0:
        lexer.at = len(lexer.text)
        raise lexer.fail(
            "unexpected end of statement while looking for matching single-quote"
        )
    put(
        lexer,
        lexer.text[lexer.at : end + 1]
        if lexer.raw_quotes
        else lexer.text[lexer.at + 1 : end],
    )
    lexer.at = end + 1


def _double_quoted(lexer: Lexer, frame: Frame) -> None:
    """A text in double quotes, up to its end or to a `${` in it (processDoubleQuote)."""
    plain = _plain(lexer.escape, lexer.skip_quotes, '"')
    while True:
        if run := plain.match(lexer.text, lexer.at):
            lexer.at = run.end()
            lexer.pieces.append(run[0])
        match lexer.peek():
            case "":
                raise lexer.fail(
                    "unexpected end of statement while looking for matching double-quote"
                )
            case '"':
                _read_quote(lexer)
                lexer.frames.pop()
                flush(lexer, frame.mark, split=False)
                return
            case "$":
                if dollar(lexer):
                    return
            case escape:
                lexer.at += 1
                following = lexer.peek()
                if lexer.raw and following:
                    lexer.pieces.append(escape)
                if following in ('"', "$", escape):
                    lexer.at += 1
                    lexer.pieces.append(following)
                elif following:
                    lexer.pieces.append(escape)
