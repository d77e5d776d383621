"""The bases of a Dockerfile inside another file, at the lines of that file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lightship.bases.base_report import Alternative, FoundBase, FromLine, Objection
from lightship.builds.definition import Inline
from lightship.flows.inline_dockerfiles import InlineFile
from lightship.text import Lines, Span

_Place = Callable[[int], int]  # from a line of the Dockerfile to one of the file


def bases_in_file(
    bases: tuple[FoundBase, ...], lines: Lines, path: str, inline: Inline
) -> tuple[FoundBase, ...]:
    """Bases with other lines; a FileError where the file cannot be read.

    `lines` are those of the Dockerfile.
    """
    file = InlineFile.read(path, inline)
    place = partial(_line_in_file, lines, file)
    placed: list[FoundBase] = []
    for base in bases:
        item = _base(base, place)
        placed.append(item)
    return tuple(placed)


def _line_in_file(lines: Lines, file: InlineFile, line: int) -> int:
    start = lines.span(line).start
    # A line is found by its first character
    first = Span(start, start + 1)
    span = file.places.span(first)
    lines_of_file = Lines(file.text)
    return lines_of_file.line(span.start)


def _base(base: FoundBase, place: _Place) -> FoundBase:
    lines = _from(base.lines, place)
    alternatives: list[Alternative] = []
    for item in base.alternatives:
        alternative = _alternative(item, place)
        alternatives.append(alternative)
    return replace(
        base,
        lines=lines,
        alternatives=tuple(alternatives),
    )


def _alternative(item: Alternative, place: _Place) -> Alternative:
    lines = _from(item.lines, place)
    objections: list[Objection] = []
    for objection in item.objections:
        placed = _objection(objection, place)
        objections.append(placed)
    return replace(
        item,
        lines=lines,
        objections=tuple(objections),
    )


def _from(lines: tuple[FromLine, ...], place: _Place) -> tuple[FromLine, ...]:
    placed: list[FromLine] = []
    for line in lines:
        number = place(line.line)
        in_file = replace(line, line=number)
        placed.append(in_file)
    return tuple(placed)


def _objection(objection: Objection, place: _Place) -> Objection:
    if objection.line is None:
        return objection
    number = place(objection.line)
    return replace(objection, line=number)
