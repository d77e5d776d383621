"""Reads a POSIX or bash script: lists, pipelines and simple commands.

POSIX.1-2024, Shell Command Language, 2.9.

Any text gives a Script; what a shell would refuse sets `errors` and is skipped. Time is linear in
the text: see `reader` and `scan`.

tree-sitter-bash was tried first. It needs 30 seconds for 100,000 closing parentheses and cannot be
stopped, drops the word that a backslash makes of a blank and the commands in ${X-`command`}, and
cuts `a-$B/c-$B.tgz` in two; walking its tree takes as long as reading the script here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lightship.regex import regex
from lightship.shell.compound import (
    KEYWORDS,
    read_compound,
    read_function,
    read_redirect,
)
from lightship.shell.script_reader import (
    REDIRECT,
    TOKEN,
    WORD,
    Place,
    ScriptReader,
    TooDeepError,
)
from lightship.shell.shell_options import after_set
from lightship.shell.starters import ASSIGNING, WRAPPERS, unwrap
from lightship.shell.tree import Assignment, Block, Command, Pipeline, Redirect, Script
from lightship.shell.word_ends import read_word, scan_body
from lightship.shell.words import Word, literal
from lightship.text import Mapped, Span, new

_ASSIGNMENT = regex(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=", re.ASCII)
_SEPARATORS = frozenset(("&&", "||", ";", "&"))
_NOTHING: frozenset[str] = frozenset()


def parse(
    text: Mapped, shell: str = "sh", options: frozenset[str] = _NOTHING
) -> Script:
    """The script `text`, run by `shell` with `options` set."""
    reader = ScriptReader(
        text, text.text, len(text.text), read_list, scan_body, options
    )
    reader.blocks.append(Block("script", text.span(0, len(text.text)), -1, -1, -1))
    try:
        read_list(reader, 0, _NOTHING)
    except TooDeepError:
        return Script(text, shell, options, opaque=True, errors=True)
    if reader.heredocs:  # the text ends before their bodies
        reader.wrong()
    if reader.bodies:
        _give_bodies(reader)

    # Where reading began and came to nothing there is a gap
    commands = [command for command in reader.commands if command]
    pipelines = [pipeline for pipeline in reader.pipelines if pipeline]
    blocks = [block for block in reader.blocks if block]
    return Script(
        text,
        shell,
        options,
        tuple(commands),
        tuple(pipelines),
        tuple(blocks),
        tuple(reader.comments),
        errors=reader.errors,
    )


def parse_exec(
    text: Mapped, strings: Sequence[tuple[int, str]], values: Sequence[str]
) -> Script:
    """The one command of an exec form.

    `strings` are its JSON strings, each with its place in `text`; `values` are what they stand for.
    """
    reader = ScriptReader(
        text, text.text, len(text.text), read_list, scan_body, _NOTHING
    )
    words = [
        Word(written, reader.span(at, at + len(written)), at, value)
        for (at, written), value in zip(strings, values, strict=True)
    ]
    whole = text.span(0, len(text.text))
    command = _command(reader, words, whole, [], (), 0, (0, 0, 0))
    pipeline = Pipeline("", None, whole, False, 1, False, 0, _NOTHING)
    return Script(
        text,
        "exec",
        _NOTHING,
        (command,),
        (pipeline,),
        (Block("script", whole, -1, -1, -1),),
    )


def _give_bodies(reader: ScriptReader) -> None:
    """Give each here-document's body to its redirect."""

    def filled(redirects: tuple[Redirect, ...]) -> tuple[Redirect, ...]:
        return tuple(
            replace(each, body=reader.bodies.get(each.span)) for each in redirects
        )

    for at, command in enumerate(reader.commands):
        if command and command.redirects:
            reader.commands[at] = replace(command, redirects=filled(command.redirects))
    for at, block in enumerate(reader.blocks):
        if block and block.redirects:
            reader.blocks[at] = replace(block, redirects=filled(block.redirects))


def read_list(reader: ScriptReader, block: int, closers: frozenset[str]) -> str:
    """`and_or ((";" | "&" | newline) and_or)...`.

    Gives the closer that ends it, which is not taken, or "" at the end of the text.
    """
    operator, where = "", None
    group = len(reader.pipelines)  # the first pipeline of the and-or list being read
    while True:
        if reader.lines() and not operator and len(reader.pipelines) > group:
            operator, where, group = "\n", None, len(reader.pipelines)
        keyword = reader.reserved()
        if keyword and keyword in closers:
            return keyword
        if _read_pipeline(reader, block, operator, where, keyword):
            operator, where = "", None
        sign = reader.control()
        if sign and sign in closers:
            return sign
        if sign:
            operator, where = _take_operator(reader, sign, group, operator)
            if sign == "&":
                _send_to_background(reader, group, block)
            group = group if sign in ("&&", "||") else len(reader.pipelines)
        elif reader.blanks() >= reader.limit:
            reader.errors = reader.errors or operator in ("&&", "||")
            return ""


def _take_operator(
    reader: ScriptReader, sign: str, group: int, operator: str
) -> tuple[str, Span]:
    """Take the operator `sign` after the list that began at `group`.

    `operator` is one that nothing followed yet.
    """
    start = reader.blanks()
    reader.take(start + len(sign))
    if operator or sign not in _SEPARATORS or len(reader.pipelines) == group:
        reader.wrong()
    return sign, reader.span(start, reader.end)


def _send_to_background(reader: ScriptReader, first: int, block: int) -> None:
    """Mark the pipelines of the list that a `&` has just ended."""
    for at in range(first, len(reader.pipelines)):
        pipeline = reader.pipelines[at]
        if pipeline and pipeline.block == block:
            reader.pipelines[at] = replace(pipeline, background=True)


def _read_pipeline(
    reader: ScriptReader, block: int, operator: str, where: Span | None, keyword: str
) -> bool:
    """`[!] command ("|" command)...`; whether there was one."""
    number, options, begin, negated = (
        len(reader.pipelines),
        reader.options,
        reader.blanks(),
        False,
    )
    reader.pipelines.append(None)
    while keyword == "!":
        reader.accept("!")
        negated, keyword = not negated, reader.reserved()
    stage = 0
    while True:
        if not _read_command(reader, keyword, (block, number, stage)):
            if stage or negated:
                reader.wrong()
            break
        stage += 1
        if reader.control() not in ("|", "|&"):
            break
        reader.accept("|&") or reader.accept("|")
        reader.lines()
        keyword = reader.reserved()
    if not stage and not negated:
        reader.pipelines.pop()
        return False
    span = reader.span(begin, max(begin, reader.end))
    reader.pipelines[number] = Pipeline(
        operator, where, span, negated, max(stage, 1), False, block, options
    )
    return True


def _read_command(reader: ScriptReader, keyword: str, place: Place) -> bool:
    """A simple or compound command, or a function; whether there was one."""
    if keyword in KEYWORDS:
        read_compound(reader, keyword, place)
        return True
    if not keyword and reader.control() == "(":
        read_compound(reader, "(", place)
        return True
    return _read_simple(reader, place)


def _read_simple(reader: ScriptReader, place: Place) -> bool:
    """`[assignment | redirect]... [word] [word | redirect]...`, or a function, if there is one."""
    commands, index, begin = reader.commands, len(reader.commands), reader.blanks()
    words: list[Word] = []
    assignments: list[Assignment] = []
    redirects: list[Redirect] = []
    commands.append(None)  # its place comes before the commands inside its words
    _read_words(reader, place, words, assignments, redirects)
    if not words and not assignments and not redirects:
        commands.pop()
        return False
    if len(words) == 1 and len(commands) == index + 1 and reader.control() == "(":
        commands.pop()
        read_function(reader, begin, place)
        return True
    whole = reader.span(begin, reader.end)
    commands[index] = _command(
        reader, words, whole, assignments, tuple(redirects), index, place
    )
    return True


def _read_words(
    reader: ScriptReader,
    place: Place,
    words: list[Word],
    assignments: list[Assignment],
    redirects: list[Redirect],
) -> None:
    """The parts of a simple command.

    This is the innermost loop: most words are one token of the one expression.
    """
    text, limit, span = reader.text, reader.limit, reader.span
    low, high, shift = reader.low, reader.high, reader.shift
    found = reader.token()
    while True:
        kind = found.lastindex if found else None
        if found and kind == WORD:
            start, end = found.span(WORD)
            reader.at = reader.end = end
            inside = low <= start and end <= high
            where = (
                new(Span, (start + shift, end + shift)) if inside else span(start, end)
            )
            low, high, shift = reader.low, reader.high, reader.shift
            written = found[WORD]
            word: Word | None = Word(written, where, start, written)
        elif found and kind == REDIRECT:
            redirects.append(read_redirect(reader, found, place))
            found = TOKEN.match(text, reader.at, limit)
            continue
        else:
            word = read_word(reader, place) if kind is None else None
        if word is None:
            reader.see(found)
            return
        if words or "=" not in word.text or not _assigns(reader, word, assignments):
            words.append(word)
        found = TOKEN.match(text, reader.at, limit)


def _assigns(reader: ScriptReader, word: Word, assignments: list[Assignment]) -> bool:
    """Whether `word` is `NAME=value`; then it is added to `assignments`."""
    found = _ASSIGNMENT.match(word.text)
    if not found:
        return False
    end = word.at + len(word.text)
    value = word.text[found.end() :]
    known = None if value.startswith("(") else literal(value)
    assignments.append(
        Assignment(found[1], known, word.span, reader.span(word.at + found.end(), end))
    )
    return True


def _command(
    reader: ScriptReader,
    words: list[Word],
    whole: Span,
    assignments: list[Assignment],
    redirects: tuple[Redirect, ...],
    index: int,
    place: Place,
) -> Command:
    """A simple command, without its wrappers; `set` changes the options of what follows."""
    block, pipeline, stage = place
    name = base_name(words[0].value) if words else ""
    if name in WRAPPERS:
        wrappers, at = unwrap(words)
        for wrapper in wrappers:
            if wrapper.name in ASSIGNING:
                for word in wrapper.words[1:]:
                    _assigns(reader, word, assignments)
        words = words[at:]
        name = base_name(words[0].value)
    else:
        wrappers = ()
    if name == "set" and not wrappers:
        reader.options = after_set(reader.options, [word.value for word in words[1:]])
    return Command(
        name,
        tuple(words),
        whole,
        tuple(assignments),
        redirects,
        wrappers,
        index,
        pipeline,
        stage,
        block,
    )


def base_name(value: str | None) -> str:
    """The last part of a path: the name of the command at it."""
    return value.rpartition("/")[2] if value else ""
