"""A Dockerfile's tree, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.dockerfile.tree import Dockerfile, Instruction, Problem
from lightship.report.kit.excerpt import excerpt
from lightship.report.kit.json_stream import dumps
from lightship.wording.counts import count
from lightship.wording.printable import printable

WIDTH = 100


def as_json(path: str, dockerfile: Dockerfile) -> str:
    """One line of JSON: what BuildKit's parser makes of the file, or its error."""
    problem = dockerfile.problems[0] if dockerfile.problems else None
    row = {
        "path": path,
        "error": error(problem, dockerfile) if problem else None,
        "stages": 0 if problem else len(dockerfile.stages),
        "instructions": []
        if problem is not None and problem.by == "parser"
        else [instruction(item) for item in dockerfile.instructions],
    }
    return dumps(row)


def error(problem: Problem, dockerfile: Dockerfile) -> dict[str, Any]:
    """BuildKit's line, the column of the place to look at, and what is wrong."""
    column = dockerfile.lines.position(problem.span.start).column
    return {"line": problem.line, "column": column, "message": problem.message}


def instruction(item: Instruction) -> dict[str, Any]:
    """An instruction with its operands as BuildKit hands them on."""
    return {
        "keyword": item.keyword,
        "start_line": item.first_line,
        "end_line": item.last_line,
        "form": item.form,
        "flags": [flag.text for flag in item.flags],
        "args": [word.text for word in item.args],
        "heredocs": [
            {
                "name": heredoc.name,
                "content": heredoc.content,
                "expand": heredoc.expand,
                "chomp": heredoc.chomp,
                "fd": heredoc.fd,
            }
            for heredoc in item.heredocs
        ],
    }


def as_text(path: str, dockerfile: Dockerfile) -> Iterator[str]:
    """The stages and their instructions, line by line; then what is wrong."""
    stages, instructions = len(dockerfile.stages), len(dockerfile.instructions)
    yield f"{path}: {count(stages, 'stage')}, {count(instructions, 'instruction')}"
    for directive in dockerfile.directives:
        yield f"  # {directive.name}={printable(directive.value)}"
    for item in dockerfile.instructions:
        yield from _rows(
            item, "  " if item.keyword == "FROM" or not dockerfile.stages else "    "
        )
    for problem in dockerfile.problems:
        position = dockerfile.lines.position(problem.span.start)
        source, marks = excerpt(dockerfile.lines, problem.span)
        yield f"{path}:{position.line}:{position.column} error {printable(problem.message)}"
        yield from (f"  {source}", f"  {marks}")
        if problem.hint:
            yield f"  {printable(problem.hint)}"


def _rows(item: Instruction, indent: str) -> Iterator[str]:
    lines = (
        f"{item.first_line}"
        if item.first_line == item.last_line
        else f"{item.first_line}-{item.last_line}"
    )
    form = " exec" if item.form == "exec" else ""
    yield f"{indent}{lines:<6} {item.keyword}{form}"
    inner = f"{indent}{'':6} "
    for flag in item.flags:
        yield f"{inner}  flag  {_short(flag.text)}"
    if item.trigger is not None:
        yield from _rows(item.trigger, f"{inner}  ")
    for word in _operands(item):
        yield f"{inner}  {word}"
    for heredoc in item.heredocs:
        yield f"{inner}  <<{heredoc.name}: {count(heredoc.content.count(chr(10)), 'line')}"


def _operands(item: Instruction) -> Iterator[str]:
    if not item.pairs:
        yield from (_short(word.text) for word in item.args)
    for pair in item.pairs:
        yield _short(
            pair.name.text
            if pair.value is None
            else f"{pair.name.text} = {pair.value.text}"
        )


def _short(text: str) -> str:
    text = printable(text.replace("\n", "\\n").replace("\t", "\\t"))
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}... ({len(text)} characters)"
