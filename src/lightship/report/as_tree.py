"""A Dockerfile's tree, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.dockerfile.tree import Dockerfile, Heredoc, Instruction, Problem
from lightship.report.kit.excerpt import excerpt
from lightship.report.kit.json_stream import dumps
from lightship.wording.counts import count
from lightship.wording.printable import printable

WIDTH = 100


def as_json(path: str, dockerfile: Dockerfile) -> str:
    """One line of JSON: what BuildKit's parser makes of the file, or its error."""
    stages = len(dockerfile.stages)
    instructions = dockerfile.instructions
    error = None

    if dockerfile.problems:
        problem = dockerfile.problems[0]
        error = _error(problem, dockerfile)
        stages = 0
        # The parser hands on nothing of a file that it cannot read to its end
        if problem.by == "parser":
            instructions = ()

    row = {
        "path": path,
        "error": error,
        "stages": stages,
        "instructions": list(map(_instruction, instructions)),
    }
    return dumps(row)


def _error(problem: Problem, dockerfile: Dockerfile) -> dict[str, Any]:
    """BuildKit's line, the column of the place to look at, and what is wrong."""
    column = dockerfile.lines.position(problem.span.start).column
    return {"line": problem.line, "column": column, "message": problem.message}


def _instruction(item: Instruction) -> dict[str, Any]:
    """An instruction with its operands as BuildKit hands them on."""
    flags = [flag.text for flag in item.flags]
    operands = [word.text for word in item.args]
    return {
        "keyword": item.keyword,
        "start_line": item.first_line,
        "end_line": item.last_line,
        "form": item.form,
        "flags": flags,
        "args": operands,
        "heredocs": list(map(_heredoc, item.heredocs)),
    }


def _heredoc(heredoc: Heredoc) -> dict[str, Any]:
    return {
        "name": heredoc.name,
        "content": heredoc.content,
        "expand": heredoc.expand,
        "chomp": heredoc.chomp,
        "fd": heredoc.fd,
    }


def as_text(path: str, dockerfile: Dockerfile) -> Iterator[str]:
    """The stages and their instructions, line by line; then what is wrong."""
    stages = count(len(dockerfile.stages), "stage")
    instructions = count(len(dockerfile.instructions), "instruction")
    yield f"{path}: {stages}, {instructions}"
    for directive in dockerfile.directives:
        yield f"  # {directive.name}={printable(directive.value)}"
    for item in dockerfile.instructions:
        is_outer = item.keyword == "FROM" or not dockerfile.stages
        yield from _rows(item, "  " if is_outer else "    ")
    for problem in dockerfile.problems:
        yield from _problem(path, problem, dockerfile)


def _problem(path: str, problem: Problem, dockerfile: Dockerfile) -> Iterator[str]:
    line, column = dockerfile.lines.position(problem.span.start)
    yield f"{path}:{line}:{column} error {printable(problem.message)}"
    source, marks = excerpt(dockerfile.lines, problem.span)
    yield from (f"  {source}", f"  {marks}")
    if problem.hint:
        yield f"  {printable(problem.hint)}"


def _rows(item: Instruction, indent: str) -> Iterator[str]:
    lines = str(item.first_line)
    if item.last_line != item.first_line:
        lines = f"{lines}-{item.last_line}"
    form = " exec" if item.form == "exec" else ""
    yield f"{indent}{lines:<6} {item.keyword}{form}"

    inner = f"{indent}{'':6} "
    for flag in item.flags:
        yield f"{inner}  flag  {_short(flag.text)}"
    if item.trigger is not None:
        yield from _rows(item.trigger, f"{inner}  ")
    for operand in _operands(item):
        yield f"{inner}  {_short(operand)}"
    for heredoc in item.heredocs:
        length = count(heredoc.content.count("\n"), "line")
        yield f"{inner}  <<{heredoc.name}: {length}"


def _operands(item: Instruction) -> Iterator[str]:
    if not item.pairs:
        for word in item.args:
            yield word.text
    for pair in item.pairs:
        name = pair.name.text
        yield name if pair.value is None else f"{name} = {pair.value.text}"


def _short(text: str) -> str:
    text = printable(text.replace("\n", "\\n").replace("\t", "\\t"))
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}... ({len(text)} characters)"
