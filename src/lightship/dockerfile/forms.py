"""What each keyword makes of its operands: the dispatch table of BuildKit's parser/parser.go."""

from __future__ import annotations

from collections.abc import Callable

from lightship.dockerfile.characters import SPACE_BYTES
from lightship.dockerfile.head import Head
from lightship.dockerfile.operands import (
    Unreadable,
    arguments,
    blank_separated,
    json_array,
    one_text,
    pairs,
)
from lightship.dockerfile.tree import Pair, Word
from lightship.text import Mapped


def operand_hint(keyword: str) -> str:
    """What to write instead of operands that cannot be read."""
    return (
        f"write {keyword} name=value"
        if keyword in ("ENV", "LABEL")
        else 'write every element as "text"'
    )


Operands = tuple[tuple[Word, ...], str, tuple[Pair, ...], Unreadable | None]


def read_operands(line: Mapped, head: Head, escape: str) -> Operands:
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
    line: Mapped,
    start: int,
    end: int,
    otherwise: Callable[[Mapped, int, int], tuple[Word, ...]],
) -> Operands:
    found = json_array(line, start, end)
    if isinstance(found, Unreadable):
        return (), "shell", (), found
    if found is not None:
        return found, "exec", (), None
    return otherwise(line, start, end), "shell", (), None


def _arguments(line: Mapped, start: int, end: int, escape: str) -> Operands:
    found = arguments(line, start, end, escape)
    args = tuple(_whole(pair) for pair in found)
    return args, "shell", found, None


def _whole(pair: Pair) -> Word:
    return (
        pair.name
        if pair.value is None
        else Word(f"{pair.name.text}={pair.value.text}", pair.span)
    )


def _pairs(line: Mapped, head: Head, escape: str) -> Operands:
    found = pairs(line, head.start, head.end, escape)
    if isinstance(found, Unreadable):
        return (
            (),
            "shell",
            (),
            Unreadable(f"{head.keyword}: {found.message}", found.span),
        )
    args = tuple(word for pair in found for word in (pair.name, pair.value) if word)
    return args, "shell", found, None


def _healthcheck(line: Mapped, start: int, end: int) -> Operands:
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
