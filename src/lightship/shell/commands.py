"""The shell scripts of an instruction: RUN, CMD, ENTRYPOINT and HEALTHCHECK in both forms, heredocs, `sh -c '...'`.

A heredoc alone (`RUN <<EOF`) is a script for the shell, or for what its `#!` asks for. Together with other words
(`RUN cat <<EOF > /file`) it is what the shell would see: the line, then the bodies (BuildKit's dispatchRun).
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
from lightship.shell.starters import SCRIPT_OPTIONS
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
_JSON_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def scripts_of(
    instruction: Instruction, shell: Sequence[str] | None = None
) -> tuple[Script, ...]:
    """The script of `instruction`, then those that its commands hand to a shell; outer before inner."""
    script = script_of(instruction, shell)
    return tuple(script.walk()) if script else ()


def script_of(
    instruction: Instruction, shell: Sequence[str] | None = None
) -> Script | None:
    """The script that `instruction`, or the one in its ONBUILD, runs; None where it runs none.

    `shell` is what SHELL has set. An exec form is a script of one command, for the shell named `exec`. A script in a
    language that is not read here (PowerShell, Python) is opaque.
    """
    instruction = instruction.trigger or instruction
    if instruction.keyword not in _KEYWORDS or not instruction.args:
        return None
    text = instruction.operand
    if instruction.keyword == "HEALTHCHECK":
        if instruction.args[0].text.upper() != "CMD" or len(instruction.args) < 2:
            return None
        text = _behind_first_word(text)
    if instruction.form == "exec":
        strings = [
            (found.start(), found[0]) for found in _JSON_STRING.finditer(text.text)
        ]
        values = (
            [word.text for word in instruction.args[-len(strings) :]] if strings else []
        )
        return _with_inner(parse_exec(text, strings, values), 0) if strings else None
    interpreter = from_shell(DEFAULT if shell is None else tuple(shell))
    if instruction.heredocs:
        text, interpreter = _with_heredocs(text, instruction.heredocs, interpreter)
    return _read(text, interpreter, 0)


def _behind_first_word(text: Mapped) -> Mapped:
    """What follows `CMD` in `HEALTHCHECK CMD`."""
    rest = text.text.split(None, 1)[-1]
    return text.slice(len(text.text) - len(rest), len(text.text))


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
    return _with_inner(
        replace(script, outer=outer, around=around) if outer is not None else script,
        depth,
    )


def _with_heredocs(
    text: Mapped, heredocs: tuple[Heredoc, ...], interpreter: Interpreter
) -> tuple[Mapped, Interpreter]:
    """The script of a RUN with heredocs, and what reads it."""
    first = heredocs[0]
    if len(heredocs) == 1 and text.span(0, len(text.text)) == first.span:
        body = Mapped.plain(first.content, first.body.start)
        return _chomped(body) if first.chomp else body, from_first_line(
            body.text
        ) or interpreter
    parts, starts, sources = [text.text], list(text.starts), list(text.sources)
    size = len(text.text)
    for heredoc in heredocs:
        # The line end before the body is BuildKit's own: it stands for the one at the end of the instruction's line.
        for part, source in (
            ("\n", max(heredoc.body.start - 1, 0)),
            (heredoc.content, heredoc.body.start),
            (
                heredoc.name
                if heredoc.terminator.end > heredoc.terminator.start
                else "",
                heredoc.terminator.start,
            ),
        ):
            if part:
                starts.append(size)
                sources.append(source)
                parts.append(part)
                size += len(part)
    return Mapped("".join(parts), tuple(starts), tuple(sources)), interpreter


def _chomped(body: Mapped) -> Mapped:
    """A body without the tabs at the start of its lines, as `<<-` asks."""
    parts, starts, places, at, size = [], [], [], 0, 0
    for line in body.text.splitlines(keepends=True):
        kept = line.lstrip("\t")
        starts.append(size)
        places.append(at + len(line) - len(kept))
        parts.append(kept)
        at, size = at + len(line), size + len(kept)
    return stitch(body, "".join(parts), starts, places)


def _with_inner(script: Script, depth: int) -> Script:
    """`script` with the scripts that its commands hand to a shell."""
    if depth >= _DEEPEST:
        return script
    inner = tuple(
        _read(text, interpreter, depth + 1, command, script)
        for command in script.commands
        if command.name in SHELLS or command.name in SCRIPT_OPTIONS
        for text, interpreter in _handed_over(script, command)
    )
    return replace(script, inner=inner) if inner else script


def _handed_over(
    script: Script, command: Command
) -> Iterator[tuple[Mapped, Interpreter]]:
    """The script that an option such as `-c` has, or a here-document that a shell reads."""
    args = [
        word.value if word.value is not None else word.text for word in command.args
    ]
    script_options = SCRIPT_OPTIONS.get(command.name)
    if script_options is not None:
        at = next(
            (at + 1 for at, arg in enumerate(args) if arg in script_options), None
        )
        interpreter = Interpreter("sh", frozenset(), True)
    else:
        options, at = start_options(args)
        interpreter = Interpreter(command.name, options, True)
    if at is not None:
        text = _inside(script, command.args[at]) if at < len(args) else None
        if text is not None:
            yield text, interpreter
    elif command.name in SHELLS and all(arg.startswith("-") for arg in args):
        bodies = [
            redirect.body
            for redirect in command.redirects
            if redirect.fd in (None, 0) and redirect.body
        ]
        if bodies:
            yield bodies[-1], interpreter


def _inside(script: Script, word: Word) -> Mapped | None:
    """What the word stands for, as a script."""
    if script.shell != "exec":
        return None if word.variable else unquote(script.text, word)
    parts, starts, places, size = [], [], [], 0
    for found in _JSON_PIECE.finditer(word.text):
        code, escape = found.groups()
        part = (
            chr(int(code, 16))
            if code
            else _JSON_ESCAPES.get(escape, escape)
            if escape
            else found[0]
        )
        starts.append(size)
        places.append(word.at + found.start() + (part == escape))
        parts.append(part)
        size += len(part)
    return stitch(script.text, "".join(parts), starts, places)
