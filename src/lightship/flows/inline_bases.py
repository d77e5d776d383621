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
    place = partial(_line_in_file, lines, InlineFile.read(path, inline))
    return tuple(_base(base, place) for base in bases)


def _line_in_file(lines: Lines, file: InlineFile, line: int) -> int:
    start = lines.span(line).start
    span = file.places.span(Span(start, start + 1))
    return Lines(file.text).line(span.start)


def _base(base: FoundBase, place: _Place) -> FoundBase:
    alternatives = [_alternative(item, place) for item in base.alternatives]
    return replace(
        base, lines=_from(base.lines, place), alternatives=tuple(alternatives)
    )


def _alternative(item: Alternative, place: _Place) -> Alternative:
    objections = [_objection(objection, place) for objection in item.objections]
    return replace(item, lines=_from(item.lines, place), objections=tuple(objections))


def _from(lines: tuple[FromLine, ...], place: _Place) -> tuple[FromLine, ...]:
    return tuple(replace(line, line=place(line.line)) for line in lines)


def _objection(objection: Objection, place: _Place) -> Objection:
    if objection.line is None:
        return objection
    return replace(objection, line=place(objection.line))
