"""Compound commands: `( )`, `{ }`, if, while, for, case, functions, `[[ ]]`, `(( ))`.

POSIX.1-2024, Shell Command Language, 2.9.4 and 2.10; `[[`, `((` and select as in the Bash manual,
3.2.5.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lightship.regex import regex
from lightship.shell.script_reader import (
    CONTROL,
    NEWLINE,
    REDIRECT,
    TOKEN,
    OpenHeredoc,
    Place,
    ScriptReader,
)
from lightship.shell.tree import Command, Redirect
from lightship.shell.word_ends import read_word
from lightship.shell.words import Word

_ARITHMETIC = regex(r"\(\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\)\)")
_BRANCH = frozenset(("elif", "else", "fi"))
_ITEM_ENDS = frozenset((";;", ";&", ";;&", "esac"))
KEYWORDS = frozenset(
    ("if", "while", "until", "for", "select", "case", "function", "{", "[[")
)


def read_compound(reader: ScriptReader, keyword: str, place: Place) -> None:
    """The compound command that starts with `keyword` (or `(`), with its redirects."""
    begin, first = reader.blanks(), len(reader.blocks)
    if keyword == "[[":
        return _conditional(reader, begin, place)
    reader.take(begin + len(keyword))
    if keyword == "(":
        _subshell(reader, begin, place)
    elif keyword == "{":
        reader.bracketed("group", begin, place, "}")
    elif keyword == "if":
        _if(reader, begin, place)
    elif keyword == "case":
        _case(reader, place)
    elif keyword == "function":
        read_word(reader, place)
        read_function(reader, begin, place)
    else:
        _loop(reader, keyword, begin, place)
    redirects = read_redirects(reader, place)
    if redirects and first < len(reader.blocks):
        block = reader.blocks[first]
        reader.blocks[first] = replace(block, redirects=redirects) if block else None
    return None


def _subshell(reader: ScriptReader, begin: int, place: Place) -> None:
    """`( list )`, or `(( expression ))`, which runs no command."""
    arithmetic = _ARITHMETIC.match(reader.text, begin, reader.limit)
    if arithmetic:
        reader.take(arithmetic.end())
    else:
        reader.bracketed("subshell", begin, place, ")")


def _if(reader: ScriptReader, begin: int, place: Place) -> None:
    """`if list; then list; [elif list; then list;]... [else list;] fi`."""
    closer = "elif"
    while closer == "elif":
        if reader.block("condition", begin, place, frozenset(("then",))):
            reader.accept("then")
        begin = reader.blanks()
        closer = reader.block("if", begin, place, _BRANCH)
        reader.accept(closer)
        begin = reader.blanks()
    if closer == "else" and reader.block("if", begin, place, frozenset(("fi",))):
        reader.accept("fi")


def _loop(reader: ScriptReader, keyword: str, begin: int, place: Place) -> None:
    """`while list; do list; done`, `for NAME [in words]; do list; done`; `until`, `select`."""
    if keyword in ("while", "until"):
        reader.block("condition", begin, place, frozenset(("do",)))
    else:
        _loop_words(reader, place)
    opening = reader.reserved()
    if (
        opening == "{" and keyword == "for"
    ):  # an old form that bash knows: for NAME in words; { list; }
        reader.accept("{")
        reader.bracketed(keyword, begin, place, "}")
    elif opening != "do":
        reader.wrong()
    else:
        reader.accept("do")
        if reader.block(keyword, begin, place, frozenset(("done",))):
            reader.accept("done")


def _loop_words(reader: ScriptReader, place: Place) -> None:
    """`NAME [in words] ;` or `((expression; expression; expression));`."""
    at = reader.blanks()
    arithmetic = _ARITHMETIC.match(reader.text, at, reader.limit)
    if arithmetic:
        reader.take(arithmetic.end())
    else:
        read_word(reader, place)
        reader.lines()
        if reader.reserved() == "in":
            while read_word(reader, place):
                pass
    if reader.control() == ";":
        reader.accept(";")
    reader.lines()


def _case(reader: ScriptReader, place: Place) -> None:
    """`case word in [[(] pattern [| pattern]...) list ;;]... esac`."""
    read_word(reader, place)
    reader.lines()
    if reader.reserved() != "in":
        return reader.wrong()
    reader.accept("in")
    while True:
        reader.lines()
        if reader.reserved() == "esac":
            reader.accept("esac")
            return None
        begin = reader.blanks()
        if not _patterns(reader, place):
            return reader.wrong()
        closer = reader.block("case", begin, place, _ITEM_ENDS)
        reader.accept(closer)
        if closer == "esac" or not closer:
            return None


def _patterns(reader: ScriptReader, place: Place) -> bool:
    """`[(] pattern [| pattern]... )`."""
    reader.accept("(")
    while read_word(reader, place):
        if not reader.accept("|"):
            break
    return reader.accept(")")


def read_function(reader: ScriptReader, begin: int, place: Place) -> None:
    """What follows a function's name: `[()] compound-command`."""
    if reader.control() == "(":
        reader.accept("(")
        if not reader.accept(")"):
            return reader.wrong()
    reader.lines()
    if reader.accept("{"):
        reader.bracketed("function", begin, place, "}")
    elif reader.accept("("):
        reader.bracketed("function", begin, place, ")")
    else:
        reader.wrong()
    return None


def _conditional(reader: ScriptReader, begin: int, place: Place) -> None:
    """`[[ expression ]]`, as a command whose words are all that stands in it, operators too."""
    index = len(reader.commands)
    reader.commands.append(None)
    words: list[Word] = []
    while True:
        found = TOKEN.match(reader.text, reader.at, reader.limit)
        kind = found.lastindex if found else None
        if found and kind == NEWLINE:
            reader.lines()
            continue
        word = (
            _operator(reader, found)
            if found and kind in (CONTROL, REDIRECT)
            else read_word(reader, place)
        )
        if word is None:
            reader.wrong()
            break
        words.append(word)
        if word.text == "]]":
            break
    span = reader.span(begin, reader.end)
    redirects = read_redirects(reader, place)
    span = reader.span(begin, reader.end) if redirects else span
    block, pipeline, stage = place
    reader.commands[index] = Command(
        "[[", tuple(words), span, (), redirects, (), index, pipeline, stage, block
    )


def _operator(reader: ScriptReader, found: re.Match[str]) -> Word:
    """An operator inside `[[ ]]`, as a word."""
    start, end = found.span(found.lastindex or 0)
    reader.take(end)
    return Word(
        found[0][start - found.start() :],
        reader.span(start, end),
        start,
        found[found.lastindex or 0],
    )


def read_redirects(reader: ScriptReader, place: Place) -> tuple[Redirect, ...]:
    """The redirects that come next."""
    redirects: list[Redirect] = []
    while True:
        found = TOKEN.match(reader.text, reader.at, reader.limit)
        if not found or found.lastindex != REDIRECT:
            return tuple(redirects)
        redirects.append(read_redirect(reader, found, place))


def read_redirect(reader: ScriptReader, found: re.Match[str], place: Place) -> Redirect:
    """`[n]operator word`; a here-document's body is read at the end of its line."""
    start, end = found.span(REDIRECT)
    written = found[REDIRECT]
    operator = written.lstrip("0123456789")
    digits = written[: len(written) - len(operator)]
    reader.take(end)
    target = read_word(reader, place)
    if target is None:
        reader.wrong()
    span = reader.span(start, reader.end)
    if target and operator in ("<<", "<<-"):
        delimiter = target.value if target.value is not None else target.text
        reader.heredocs.append(
            OpenHeredoc(span, delimiter, not target.quoted, operator == "<<-", place)
        )
    return Redirect(operator, int(digits[:9]) if digits else None, target, span)
