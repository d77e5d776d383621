"""Patterns of an ignore file as rows of segments: what each asks of one name of a path.

Most patterns split at their slashes. What does not (`a**b`, a class that holds `/`, `|`, `\\b`
...) is None here, and is matched as a whole. A name holds no slash; it may hold a line ending,
which `.` of a regular expression does not match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from functools import lru_cache, partial

from lightship.context.path_match import (
    ANY,
    NOT_SLASH,
    Element,
    ElementKind,
    IndexedPath,
    Ranges,
    Steps,
    reached,
)
from lightship.context.patterns import Way, expression, suffix
from lightship.record import record

FormMatcher = Callable[[str], object]

_MOST_SLASHES = 128  # of a pattern that is split; more only an attack has
_LONGEST = 64  # characters between stars; `re` may try them at each place of a name
_SLASH = ((0x2F, 0x2F),)
_START, _END = Element(ElementKind.START), Element(ElementKind.END)
_REST, _NAME = Element(ElementKind.STAR, ANY), Element(ElementKind.STAR, NOT_SLASH)


class Asks(Enum):
    """What a segment asks of a name; `text` goes with the first three, `steps` with the last."""

    NAME = auto()
    START = auto()  # the name starts with the text
    END = auto()
    ANY = auto()
    LINE = auto()  # any name without a line end
    FORM = auto()


class Deep(Enum):
    """Which directories may stand before a segment, or below the last one: `**`."""

    NONE = auto()
    LINES = auto()  # those without a line end
    ALL = auto()


@record
class Segment:
    """One name of the path, after any number of directories if `deep` says so."""

    asks: Asks
    text: str = ""
    steps: Steps = ()
    deep: Deep = Deep.NONE


@record
class SegmentPattern:
    """A pattern in segments; `below`: whether it takes also what lies below a path that it
    takes, as `x**` does.
    """

    segments: tuple[Segment, ...]
    below: Deep = Deep.NONE


@lru_cache(maxsize=4096)
def row(pattern: str) -> SegmentPattern | None:
    """A cleaned pattern in segments.

    None where it does not split, is too long, or does not compile.
    """
    compiled = expression(pattern)
    if (
        compiled is None
        or len(compiled.alternatives) > 1
        or pattern.count("/") > _MOST_SLASHES
    ):
        return None
    if compiled.way is Way.EXACT:
        return SegmentPattern(_names(pattern))
    if compiled.way is Way.PREFIX:
        above, _, start = pattern[:-2].rpartition("/")
        last = Segment(Asks.START, start) if start else Segment(Asks.ANY)
        return SegmentPattern((*(_names(above) if above else ()), last), Deep.ALL)
    return (
        _suffix(suffix(pattern))
        if compiled.way is Way.SUFFIX
        else _regexp(compiled.alternatives[0])
    )


def _names(path: str) -> tuple[Segment, ...]:
    return tuple(Segment(Asks.NAME, name) for name in path.split("/"))


def _suffix(text: str) -> SegmentPattern:
    """`**`, `**/name` and `**name`: after any directories, whatever they are called."""
    if not text:
        return SegmentPattern((Segment(Asks.ANY),), Deep.ALL)
    first, *others = text.removeprefix("/").split("/")
    asks = Asks.NAME if text.startswith("/") else Asks.END
    return SegmentPattern(
        (
            Segment(asks, first, deep=Deep.ALL),
            *(Segment(Asks.NAME, name) for name in others),
        )
    )


def _regexp(steps: Steps) -> SegmentPattern | None:
    """The steps of an expression, split at its slashes; between them only what passes no slash."""
    if steps[:1] != (_START,) or steps[-1:] != (_END,):
        return None
    segments: list[Segment] = []
    deep, here = Deep.NONE, list[Element]()
    for step in (*steps[1:-1], Element(ElementKind.ONE, _SLASH)):
        if step.kind is ElementKind.DIRECTORIES and not here:
            deep = Deep.LINES
        elif step.chars == _SLASH and step.kind is ElementKind.ONE:
            segments.append(_segment(tuple(here), deep))
            deep, here = Deep.NONE, []
        else:
            here.append(step)
    below = Deep.LINES if segments[-1].asks is Asks.LINE else Deep.NONE
    splits = all(_stays(step) for segment in segments for step in segment.steps)
    return SegmentPattern(tuple(segments), below) if splits else None


def _stays(step: Element) -> bool:
    """Whether a step lies within one name."""
    found = step.kind in (ElementKind.ONE, ElementKind.OPTIONAL, ElementKind.STAR)
    return found and not any(low <= 0x2F <= high for low, high in step.chars)


def _segment(steps: Steps, deep: Deep) -> Segment:
    if steps == (_REST,):
        return Segment(Asks.LINE, deep=deep)
    if steps == (_NAME,):
        return Segment(Asks.ANY, deep=deep)
    if (text := _text(steps)) is not None:
        return Segment(Asks.NAME, text, deep=deep)
    if steps[-1] == _NAME and (text := _text(steps[:-1])) is not None:
        return Segment(Asks.START, text, deep=deep)
    if steps[0] == _NAME and (text := _text(steps[1:])) is not None:
        return Segment(Asks.END, text, deep=deep)
    return Segment(Asks.FORM, steps=steps, deep=deep)


def _text(steps: Steps) -> str | None:
    """The text that the steps spell.

    U+FFFD, which is also any byte that is not UTF-8, spells none.
    """
    codes = [low for step in steps for low, high in step.chars if low == high]
    single = len(codes) == len(steps) and all(
        step.kind is ElementKind.ONE and len(step.chars) == 1 for step in steps
    )
    return "".join(map(chr, codes)) if single and 0xFFFD not in codes else None


def form(steps: Steps) -> FormMatcher:
    """What tells whether a name, as Go reads it, has the form of these steps.

    The time grows with its length alone.
    """
    source = _source(steps)
    if source is None:
        return partial(_reached, (_START, *steps, _END))
    return re.compile(source, re.DOTALL).fullmatch


def _reached(steps: Steps, name: str) -> bool:
    subject = IndexedPath(name)
    return reached(steps, subject, subject.end)


def _source(steps: Steps) -> str | None:
    """For `re`, which tries nothing twice in it: what stands between stars is taken where it
    first fits, for good.
    """
    parts: list[list[str]] = [[]]
    for step in steps:
        if step == _NAME:
            parts.append([])
        elif step.kind is ElementKind.ONE and step.chars:
            parts[-1].append(_class(step.chars))
        else:
            return None
    if len(steps) > _LONGEST:
        return None
    head, *middle = ("".join(part) for part in parts)
    if not middle:
        return head
    tail, least = middle.pop(), len(parts[-1])
    return (
        head
        + "".join(f"(?>.*?{part})" for part in middle)
        + f".{{{least},}}+(?<={tail})"
    )


def _class(chars: Ranges) -> str:
    if chars == NOT_SLASH:
        return "."  # a name holds no slash
    return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in chars) + "]"
