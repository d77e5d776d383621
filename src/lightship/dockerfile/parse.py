"""Dockerfile text -> tree, exactly as BuildKit reads it (frontend/dockerfile/parser/parser.go).

    dockerfile  = bom? (directive line-end)* (blank | comment | instruction)*
    instruction = joined-line heredoc-body*
    joined-line = (line escape blank* line-end (comment | blank-line)*)* line

`parse` never raises: what BuildKit would refuse stands in `Dockerfile.problems`, and reading goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from lightship.dockerfile.characters import BLANKS, LONGEST_LINE, SPACE_BYTES, trimmed
from lightship.dockerfile.flags import read_flags
from lightship.dockerfile.heredoc import openings
from lightship.dockerfile.instructions import KEYWORDS, refusal
from lightship.dockerfile.operands import Unreadable, arguments, blank_separated, json_array, one_text, pairs
from lightship.dockerfile.reader import JoinedLine, Reader
from lightship.dockerfile.tree import Dockerfile, Flag, Heredoc, Instruction, Pair, Problem, Stage, Word
from lightship.dockerfile.values import go_lower
from lightship.errors import ExpansionError
from lightship.text import Mapped, Span

_HEREDOC_KEYWORDS = frozenset({"ADD", "COPY", "RUN"})


def parse(text: str) -> Dockerfile:
    """The tree of a Dockerfile; `text` is that of `lightship.text.decode`.

    Never raises. See `Dockerfile` for what `problems` means.
    """
    reader = Reader(text)
    read: list[Instruction] = []
    while line := reader.joined_line():
        read.append(_instruction(reader, line))
    unreadable = {problem.line for problem in reader.problems}
    _end_of_file(reader, read)
    stages, outside = _stages(read)
    return Dockerfile(
        text=text,
        instructions=tuple(read),
        stages=stages,
        globals=tuple(instruction for instruction in outside if instruction.keyword == "ARG"),
        directives=tuple(reader.directives),
        comments=tuple(reader.comments),
        problems=(*reader.problems, *_refused(read, outside, unreadable)),
        escape=reader.escape,
        lines=reader.lines,
    )


@dataclass(slots=True, eq=False, repr=False)
class _Head:
    """keyword flags? operands: the parts of a joined line before the operands are read."""

    name: Word
    keyword: str
    flags: tuple[Flag, ...]
    start: int
    end: int


def _head(line: Mapped, start: int, end: int, escape: str) -> _Head:
    """head = space* keyword (blank+ flags? space* operands)? space*"""
    start, end = trimmed(line.text, start, end)
    blank = BLANKS.search(line.text, start, end)
    stop = blank.start() if blank else end
    name = Word(line.text[start:stop], line.span(start, stop))
    flags: tuple[Flag, ...] = ()
    operands = end
    if blank:
        flags, operands = read_flags(line, blank.end(), end, escape)
        operands, end = trimmed(line.text, operands, end)
    return _Head(name, _keyword(name.text), flags, operands, end)


def _keyword(name: str) -> str:
    if name.isascii():
        return name.upper()
    lower = go_lower(name)
    if lower.isascii() and lower.upper() in KEYWORDS:
        return lower.upper()
    upper = "".join(char.upper() if len(char.upper()) == 1 else char for char in name)
    return name if upper in KEYWORDS else upper


def _instruction(reader: Reader, joined: JoinedLine) -> Instruction:
    """One instruction of the file, with its heredocs; ONBUILD holds a second."""
    line, last_line = joined.line, reader.line
    heads = list(_heads(line, reader.escape))
    built: list[Instruction] = []
    for head in heads:
        instruction = _read_operands(line, head, joined.first_line, reader)
        if len(built) < 2:
            built.append(instruction)
    heredocs = _heredocs(reader, joined, built)
    end = max(reader.at - len(_line_end(reader.text, reader.at)), joined.start)
    whole = replace(
        built[0],
        span=Span(joined.start, end),
        heredocs=heredocs,
        last_line=reader.line,
        comments=joined.comments,
        blank_lines=joined.blank_lines,
        joined_last_line=last_line,
    )
    if len(built) == 1:
        return whole
    trigger = replace(
        built[1],
        span=Span(built[1].name.span.start, end),
        heredocs=heredocs,
        last_line=reader.line,
        joined_last_line=last_line,
    )
    return replace(whole, trigger=trigger)


def _line_end(text: str, at: int) -> str:
    if text[at - 2 : at] == "\r\n":
        return "\r\n"
    return "\n" if text[at - 1 : at] == "\n" else ""


def _heads(line: Mapped, escape: str) -> Iterator[_Head]:
    """The instruction's head and, while it is ONBUILD, that of what it holds."""
    start = 0
    end = len(line.text)
    while True:
        head = _head(line, start, end, escape)
        yield head
        if head.keyword != "ONBUILD" or head.start == head.end:
            return
        start, end = head.start, head.end


def _read_operands(line: Mapped, head: _Head, first_line: int, reader: Reader) -> Instruction:
    args, form, found_pairs, wrong = _operands(line, head, reader.escape)
    if wrong:
        hint = _operand_hint(head.keyword)
        reader.problems.append(Problem(wrong.message, wrong.span, first_line, "parser", hint))
    return Instruction(
        span=head.name.span,
        keyword=head.keyword,
        name=head.name,
        flags=head.flags,
        args=args,
        form=form,
        pairs=found_pairs,
        heredocs=(),
        line=line,
        operands=Span(head.start, head.end),
        first_line=first_line,
        last_line=first_line,
    )


def _operand_hint(keyword: str) -> str:
    return f"write {keyword} name=value" if keyword in ("ENV", "LABEL") else 'write every element as "text"'


_Operands = tuple[tuple[Word, ...], str, tuple[Pair, ...], Unreadable | None]


def _operands(line: Mapped, head: _Head, escape: str) -> _Operands:
    """Operands, form, pairs and what is wrong, by keyword (the dispatch table of parser.go)."""
    start, end = head.start, head.end
    match head.keyword:
        case "RUN" | "CMD" | "ENTRYPOINT" | "SHELL":
            return _maybe_json(line, start, end, one_text)
        case "COPY" | "ADD" | "VOLUME":
            return _maybe_json(line, start, end, blank_separated)
        case "FROM" | "EXPOSE":
            return blank_separated(line, start, end), "shell", (), None
        case "ENV" | "LABEL":
            return _pairs(line, head, escape)
        case "ARG":
            return _arguments(line, start, end, escape)
        case "HEALTHCHECK":
            return _healthcheck(line, start, end)
        case "MAINTAINER" | "STOPSIGNAL" | "USER" | "WORKDIR":
            return one_text(line, start, end), "shell", (), None
        case "ONBUILD":
            return (), "shell", (), None
    # BuildKit drops the operands of what it does not know.
    return (Word("", line.span(start, start)),), "shell", (), None


def _maybe_json(
    line: Mapped, start: int, end: int, otherwise: Callable[[Mapped, int, int], tuple[Word, ...]]
) -> _Operands:
    found = json_array(line, start, end)
    if isinstance(found, Unreadable):
        return (), "shell", (), found
    if found is not None:
        return found, "exec", (), None
    return otherwise(line, start, end), "shell", (), None


def _arguments(line: Mapped, start: int, end: int, escape: str) -> _Operands:
    found = arguments(line, start, end, escape)
    args = tuple(_whole(pair) for pair in found)
    return args, "shell", found, None


def _whole(pair: Pair) -> Word:
    return pair.name if pair.value is None else Word(f"{pair.name.text}={pair.value.text}", pair.span)


def _pairs(line: Mapped, head: _Head, escape: str) -> _Operands:
    found = pairs(line, head.start, head.end, escape)
    if isinstance(found, Unreadable):
        return (), "shell", (), Unreadable(f"{head.keyword}: {found.message}", found.span)
    args = tuple(word for pair in found for word in (pair.name, pair.value) if word)
    return args, "shell", found, None


def _healthcheck(line: Mapped, start: int, end: int) -> _Operands:
    """healthcheck = type (space+ (json-array | text))?"""
    stop = start
    while stop < end and line.text[stop] not in SPACE_BYTES:
        stop += 1
    if stop == start:
        return (), "shell", (), None
    rest = stop
    while rest < end and line.text[rest] in SPACE_BYTES:
        rest += 1
    args, form, _, wrong = _maybe_json(line, rest, end, one_text)
    kind = Word(line.text[start:stop], line.span(start, stop))
    return (() if wrong else (kind, *args)), form, (), wrong


def _heredocs(reader: Reader, joined: JoinedLine, built: list[Instruction]) -> tuple[Heredoc, ...]:
    """The bodies behind ADD, COPY and RUN in shell form, also inside ONBUILD."""
    holder = built[-1] if built[0].keyword == "ONBUILD" else built[0]
    if holder.keyword not in _HEREDOC_KEYWORDS or holder.form == "exec" or "<<" not in joined.line.text:
        return ()
    try:
        found = openings(joined.line.text)
    except ExpansionError as error:
        reader.problems.append(Problem(str(error), holder.name.span, joined.first_line, "parser"))
        return ()
    return tuple(reader.heredoc(opening, joined.line, joined.first_line) for opening in found)


def _end_of_file(reader: Reader, read: list[Instruction]) -> None:
    end = len(reader.text)
    if not read and not reader.problems:
        hint = "a Dockerfile begins with FROM"
        reader.problems.append(
            Problem("file with no instructions", Span(0, 0), max(reader.line, min(reader.limit, 1)), "parser", hint)
        )
    if reader.limit < end:
        stop = reader.lines.span(reader.lines.line(reader.limit)).end
        message = f"a line may have at most {LONGEST_LINE - 1} bytes"
        reader.problems.append(Problem(message, Span(reader.limit, stop), reader.line, "parser", "continue it with \\"))


def _refused(read: list[Instruction], outside: list[Instruction], unreadable: set[int]) -> list[Problem]:
    """What the instruction parser refuses, by line, one for each instruction; nothing of what could not be read."""
    orphans = {
        instruction.first_line: _before_from(instruction) for instruction in outside if instruction.keyword != "ARG"
    }
    refused = {problem.line: problem for problem in map(refusal, read) if problem}
    return [problem for line, problem in sorted((orphans | refused).items()) if line not in unreadable]


def _before_from(instruction: Instruction) -> Problem:
    hint = "only ARG, comments and parser directives may stand before the first FROM"
    return Problem(
        "no build stage in current context", instruction.name.span, instruction.first_line, "instructions", hint
    )


def _stages(read: list[Instruction]) -> tuple[tuple[Stage, ...], list[Instruction]]:
    """The stages, and the instructions before the first."""
    starts = [at for at, instruction in enumerate(read) if instruction.keyword == "FROM"]
    outside = read[: starts[0]] if starts else read
    stages = []
    for index, (start, stop) in enumerate(pairwise([*starts, len(read)])):
        from_ = read[start]
        name = go_lower(from_.args[2].text) if len(from_.args) == 3 and from_.args[1].text.casefold() == "as" else None
        base = from_.args[0] if from_.args else Word("", from_.name.span)
        span = Span(from_.span.start, read[stop - 1].span.end)
        stages.append(Stage(index, name, base, from_, tuple(read[start + 1 : stop]), span))
    return tuple(stages), outside
