"""The shell scripts of RUN, CMD, ENTRYPOINT and HEALTHCHECK: both forms, heredocs, `sh -c '...'`.

A heredoc alone (`RUN <<EOF`) is a script for the shell, or for what its `#!` asks for. Together
with other words (`RUN cat <<EOF > /file`) it is what the shell would see: the line, then the bodies
(BuildKit's dispatchRun).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.dockerfile.tree import Heredoc, Instruction
from lightship.regex import regex
from lightship.shell.interpreters import (
    DEFAULT,
    SHELLS,
    Interpreter,
    from_first_line,
    from_shell,
)
from lightship.shell.parse import parse, parse_exec
from lightship.shell.shell_options import start_options
from lightship.shell.specs import written
from lightship.shell.starter import Starter
from lightship.shell.starter_words import own_words
from lightship.shell.starters import SCRIPT_STARTERS
from lightship.shell.tree import (
    Assignment,
    Block,
    Command,
    Pipeline,
    Redirect,
    Script,
    Wrapper,
)
from lightship.shell.words import Word, stitch, unquote
from lightship.text import Mapped

__all__ = [
    "Assignment",
    "Block",
    "Command",
    "Pipeline",
    "Redirect",
    "Script",
    "Word",
    "Wrapper",
    "script_of",
    "scripts_of",
]

_KEYWORDS = frozenset(("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"))
_DEEPEST = 4  # scripts in scripts
_JSON_STRING = regex(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_JSON_PIECE = regex(r'[^\\"]++|\\(?:u([0-9a-fA-F]{4})|(.))', re.DOTALL)
# What watchfiles takes for a function of Python, which it imports
_FUNCTION = regex(r"\w+(?:\.\w+)+(?<!\.py)(?<!\.sh)")
_JSON_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def scripts_of(
    instruction: Instruction, shell: Sequence[str] | None = None
) -> tuple[Script, ...]:
    """The script of `instruction`, then those that its commands hand to a shell.

    Outer ones come before inner ones.
    """
    script = script_of(instruction, shell)
    return tuple(script.walk()) if script else ()


def script_of(
    instruction: Instruction, shell: Sequence[str] | None = None
) -> Script | None:
    """The script that `instruction`, or the one in its ONBUILD, runs; None where it runs none.

    `shell` is what SHELL has set. An exec form is a script of one command, for the shell named
    `exec`. A script in a language that is not read here (PowerShell, Python) is opaque.
    """
    instruction = instruction.trigger or instruction
    if instruction.keyword not in _KEYWORDS or not instruction.args:
        return None
    text = instruction.operand
    if instruction.keyword == "HEALTHCHECK":
        first = instruction.args[0].text
        if first.upper() != "CMD" or len(instruction.args) < 2:
            return None
        text = _behind_first_word(text)
    if instruction.form == "exec":
        return _exec_form(instruction, text)

    interpreter = from_shell(DEFAULT if shell is None else tuple(shell))
    if instruction.heredocs:
        text, interpreter = _with_heredocs(text, instruction.heredocs, interpreter)
    return _read(text, interpreter, 0)


def _exec_form(instruction: Instruction, text: Mapped) -> Script | None:
    """The script of one command, whose words are JSON strings."""
    matches = _JSON_STRING.finditer(text.text)
    strings = [(match.start(), match[0]) for match in matches]
    if not strings:
        return None
    words = instruction.args[-len(strings) :]
    values = [word.text for word in words]
    return _with_inner(parse_exec(text, strings, values), 0)


def _behind_first_word(text: Mapped) -> Mapped:
    """What follows `CMD` in `HEALTHCHECK CMD`."""
    end = len(text.text)
    rest = text.text.split(None, 1)[-1]
    return text.slice(end - len(rest), end)


def _read(
    text: Mapped,
    interpreter: Interpreter,
    depth: int,
    outer: Command | None = None,
    around: Script | None = None,
) -> Script:
    if not interpreter.known:
        return Script(text, interpreter.name, opaque=True, outer=outer, around=around)
    script = parse(text, interpreter.name, interpreter.options)
    if outer is not None:
        script = replace(script, outer=outer, around=around)
    return _with_inner(script, depth)


def _with_heredocs(
    text: Mapped, heredocs: tuple[Heredoc, ...], interpreter: Interpreter
) -> tuple[Mapped, Interpreter]:
    """The script of a RUN with heredocs, and what reads it."""
    first = heredocs[0]
    whole = text.span(0, len(text.text))
    if len(heredocs) == 1 and whole == first.span:
        body = Mapped.plain(first.content, first.body.start)
        own = from_first_line(body.text)
        return _chomped(body) if first.chomp else body, own or interpreter

    parts = [text.text]
    starts = list(text.starts)
    sources = list(text.sources)
    size = len(text.text)
    for heredoc in heredocs:
        for part, source in _parts_of(heredoc):
            starts.append(size)
            sources.append(source)
            parts.append(part)
            size += len(part)
    return Mapped("".join(parts), tuple(starts), tuple(sources)), interpreter


def _parts_of(heredoc: Heredoc) -> Iterator[tuple[str, int]]:
    """What the shell sees of a heredoc: texts, and where in the Dockerfile they are."""
    # The line end before the body is BuildKit's own: it stands for the one at the end of the
    # instruction's line
    yield "\n", max(heredoc.body.start - 1, 0)
    if heredoc.content:
        yield heredoc.content, heredoc.body.start
    terminator = heredoc.terminator
    if heredoc.name and terminator.end > terminator.start:
        yield heredoc.name, terminator.start


def _chomped(body: Mapped) -> Mapped:
    """A body without the tabs at the start of its lines, as `<<-` asks."""
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    at = 0
    size = 0
    for line in body.text.splitlines(keepends=True):
        kept = line.lstrip("\t")
        tabs = len(line) - len(kept)
        starts.append(size)
        places.append(at + tabs)
        parts.append(kept)
        at += len(line)
        size += len(kept)
    return stitch(body, "".join(parts), starts, places)


def _with_inner(script: Script, depth: int) -> Script:
    """`script` with the scripts that its commands hand to a shell."""
    if depth >= _DEEPEST:
        return script
    inner = []
    for command in script.commands:
        if command.name not in SHELLS and command.name not in SCRIPT_STARTERS:
            continue
        handed_over = _handed_over(script, command)
        if handed_over is not None:
            text, interpreter = handed_over
            inner.append(_read(text, interpreter, depth + 1, command, script))
    return replace(script, inner=tuple(inner)) if inner else script


def _handed_over(script: Script, command: Command) -> tuple[Mapped, Interpreter] | None:
    """The script that an option such as `-c` has, or a here-document that a shell reads."""
    args = command.argument_texts
    starter = SCRIPT_STARTERS.get(command.name)
    if starter is not None:
        at = _script_of_starter(starter, command.words)
        interpreter = Interpreter("sh", frozenset(), True)
    else:
        options, at = start_options(args)
        interpreter = Interpreter(command.name, options, True)

    text = None
    if at is not None:
        text = _inside(script, command.args[at]) if at < len(args) else None
    elif command.name in SHELLS and all(arg.startswith("-") for arg in args):
        text = _here_document(command)
    return None if text is None else (text, interpreter)


def _script_of_starter(starter: Starter, words: Sequence[Word]) -> int | None:
    """Which argument of a starter is a script, a word of its own; None where none is."""
    for own in own_words(words, starter):
        is_operand = not own.option
        if is_operand and not starter.script_operand:
            continue
        if is_operand and _FUNCTION.fullmatch(own.value):
            return None
        if is_operand or own.option in starter.scripts:
            return own.at - 1 if written(words[own.at]) == own.value else None
    return None


def _here_document(command: Command) -> Mapped | None:
    """What a shell without a script reads."""
    body = None
    for redirect in command.redirects:
        if redirect.fd in (None, 0) and redirect.body:
            body = redirect.body
    return body


def _inside(script: Script, word: Word) -> Mapped | None:
    """What the word stands for, as a script."""
    if script.shell != "exec":
        return None if word.variable else unquote(script.text, word)
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    size = 0
    for match in _JSON_PIECE.finditer(word.text):
        code, escape = match.groups()
        if code:
            part = chr(int(code, 16))
        elif escape:
            part = _JSON_ESCAPES.get(escape, escape)
        else:
            part = match[0]
        # An escaped character that stands for itself is the second of two
        is_itself = part == escape
        starts.append(size)
        places.append(word.at + match.start() + is_itself)
        parts.append(part)
        size += len(part)
    return stitch(script.text, "".join(parts), starts, places)
