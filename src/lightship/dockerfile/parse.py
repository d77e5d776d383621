"""Dockerfile text -> tree, exactly as BuildKit reads it (frontend/dockerfile/parser/parser.go).

    dockerfile  = bom? (directive line-end)* (blank | comment | instruction)*
    instruction = joined-line heredoc-body*
    joined-line = (line escape blank* line-end (comment | blank-line)*)* line

`parse` never raises: what BuildKit would refuse is in `Dockerfile.problems`, and reading goes
on after it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from lightship.dockerfile.characters import LONGEST_LINE
from lightship.dockerfile.forms import Operands, operand_hint, read_operands
from lightship.dockerfile.head import Head, heads
from lightship.dockerfile.heredoc import openings
from lightship.dockerfile.instructions import refusal
from lightship.dockerfile.line_reader import JoinedLine, LineReader
from lightship.dockerfile.tree import (
    Dockerfile,
    Heredoc,
    Instruction,
    Problem,
    Stage,
    Word,
)
from lightship.dockerfile.values import go_lower
from lightship.errors import ExpansionError
from lightship.text import Mapped, Span

_HEREDOC_KEYWORDS = frozenset({"ADD", "COPY", "RUN"})


@lru_cache(maxsize=16)
def parse(text: str) -> Dockerfile:
    """The tree of a Dockerfile; `text` is that of `lightship.text.decode`.

    Never raises. See `Dockerfile` for what `problems` means. The last few trees are kept: how a
    Dockerfile is built is asked of the same text that is linted then.
    """
    reader = LineReader(text)
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
        globals=tuple(
            instruction for instruction in outside if instruction.keyword == "ARG"
        ),
        directives=tuple(reader.directives),
        comments=tuple(reader.comments),
        problems=(*reader.problems, *_refused(read, outside, unreadable)),
        escape=reader.escape,
        lines=reader.lines,
    )


def _instruction(reader: LineReader, joined: JoinedLine) -> Instruction:
    """One instruction of the file, with its heredocs; ONBUILD holds a second."""
    last_line = reader.line
    read: list[tuple[Head, Operands]] = []
    for head in heads(joined.line, reader.escape):
        operands = _operands(joined.line, head, joined.first_line, reader)
        if len(read) < 2:
            read.append((head, operands))
    heredocs = _heredocs(reader, joined, read)
    end = max(reader.at - len(_line_end(reader.text, reader.at)), joined.start)
    made: Instruction | None = None
    for number, (head, (args, form, found_pairs, _)) in reversed(list(enumerate(read))):
        outer = number == 0
        made = Instruction(
            span=Span(joined.start if outer else head.name.span.start, end),
            keyword=head.keyword,
            name=head.name,
            flags=head.flags,
            args=args,
            form=form,
            pairs=found_pairs,
            heredocs=heredocs,
            line=joined.line,
            operands=Span(head.start, head.end),
            first_line=joined.first_line,
            last_line=reader.line,
            comments=joined.comments if outer else (),
            trigger=made,
            blank_lines=joined.blank_lines if outer else (),
            joined_last_line=last_line,
        )
    assert made is not None  # there is a head in any line
    return made


def _line_end(text: str, at: int) -> str:
    if text[at - 2 : at] == "\r\n":
        return "\r\n"
    return "\n" if text[at - 1 : at] == "\n" else ""


def _operands(
    line: Mapped,
    head: Head,
    first_line: int,
    reader: LineReader,
) -> Operands:
    found = read_operands(line, head, reader.escape)
    wrong = found[-1]
    if wrong:
        hint = operand_hint(head.keyword)
        reader.problems.append(
            Problem(wrong.message, wrong.span, first_line, "parser", hint)
        )
    return found


def _heredocs(
    reader: LineReader,
    joined: JoinedLine,
    read: list[tuple[Head, Operands]],
) -> tuple[Heredoc, ...]:
    """The bodies after ADD, COPY and RUN in shell form, also inside ONBUILD."""
    if "<<" not in joined.line.text:
        return ()
    holder, (_, form, *_) = read[-1] if read[0][0].keyword == "ONBUILD" else read[0]
    if holder.keyword not in _HEREDOC_KEYWORDS or form == "exec":
        return ()
    try:
        found = openings(joined.line.text)
    except ExpansionError as error:
        reader.problems.append(
            Problem(str(error), holder.name.span, joined.first_line, "parser")
        )
        return ()
    return tuple(
        reader.heredoc(opening, joined.line, joined.first_line) for opening in found
    )


def _end_of_file(reader: LineReader, read: list[Instruction]) -> None:
    end = len(reader.text)
    if not read and not reader.problems:
        hint = "a Dockerfile must start with FROM"
        reader.problems.append(
            Problem(
                "file with no instructions",
                Span(0, 0),
                max(reader.line, min(reader.limit, 1)),
                "parser",
                hint,
            )
        )
    if reader.limit < end:
        stop = reader.lines.span(reader.lines.line(reader.limit)).end
        message = f"a line may have at most {LONGEST_LINE - 1} bytes"
        reader.problems.append(
            Problem(
                message,
                Span(reader.limit, stop),
                reader.line,
                "parser",
                "continue it with \\",
            )
        )


def _refused(
    read: list[Instruction],
    outside: list[Instruction],
    unreadable: set[int],
) -> list[Problem]:
    """What the instruction parser refuses, by line, one for each instruction.

    Nothing of what could not be read.
    """
    orphans = {
        instruction.first_line: _before_from(instruction)
        for instruction in outside
        if instruction.keyword != "ARG"
    }
    refused = {problem.line: problem for problem in map(refusal, read) if problem}
    return [
        problem
        for line, problem in sorted((orphans | refused).items())
        if line not in unreadable
    ]


def _before_from(instruction: Instruction) -> Problem:
    hint = "only ARG, comments and parser directives may come before the first FROM"
    return Problem(
        "no build stage in current context",
        instruction.name.span,
        instruction.first_line,
        "instructions",
        hint,
    )


def _stages(read: list[Instruction]) -> tuple[tuple[Stage, ...], list[Instruction]]:
    """The stages, and the instructions before the first."""
    starts = [
        at for at, instruction in enumerate(read) if instruction.keyword == "FROM"
    ]
    outside = read[: starts[0]] if starts else read
    stages = []
    for index, (start, stop) in enumerate(pairwise([*starts, len(read)])):
        from_ = read[start]
        name = (
            go_lower(from_.args[2].text)
            if len(from_.args) == 3 and from_.args[1].text.casefold() == "as"
            else None
        )
        base = from_.args[0] if from_.args else Word("", from_.name.span)
        span = Span(from_.span.start, read[stop - 1].span.end)
        stages.append(
            Stage(index, name, base, from_, tuple(read[start + 1 : stop]), span)
        )
    return tuple(stages), outside
