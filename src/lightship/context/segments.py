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
    if compiled is None or len(compiled.alternatives) > 1:
        return None
    if pattern.count("/") > _MOST_SLASHES:
        return None
    if compiled.way is Way.EXACT:
        return SegmentPattern(_names(pattern))
    if compiled.way is Way.PREFIX:
        return _prefix(pattern)
    if compiled.way is Way.SUFFIX:
        return _suffix(suffix(pattern))
    return _regexp(compiled.alternatives[0])


def _names(path: str) -> tuple[Segment, ...]:
    return tuple(Segment(Asks.NAME, name) for name in path.split("/"))


def _prefix(pattern: str) -> SegmentPattern:
    """`name**` and `name/**`: what starts so, and all below it."""
    above, _, start = pattern.removesuffix("**").rpartition("/")
    last = Segment(Asks.START, start) if start else Segment(Asks.ANY)
    if not above:
        return SegmentPattern((last,), Deep.ALL)
    return SegmentPattern((*_names(above), last), Deep.ALL)


def _suffix(text: str) -> SegmentPattern:
    """`**`, `**/name` and `**name`: after any directories, whatever they are called."""
    if not text:
        return SegmentPattern((Segment(Asks.ANY),), Deep.ALL)
    first, *others = text.removeprefix("/").split("/")
    asks = Asks.NAME if text.startswith("/") else Asks.END
    segments = [Segment(asks, first, deep=Deep.ALL)]
    segments += [Segment(Asks.NAME, name) for name in others]
    return SegmentPattern(tuple(segments))


def _regexp(steps: Steps) -> SegmentPattern | None:
    """The steps of an expression, split at its slashes; between them only what passes no slash."""
    if steps[:1] != (_START,) or steps[-1:] != (_END,):
        return None
    slash = Element(ElementKind.ONE, _SLASH)
    segments: list[Segment] = []
    deep = Deep.NONE
    here: list[Element] = []
    for step in (*steps[1:-1], slash):
        if step == slash:
            segments.append(_segment(tuple(here), deep))
            deep = Deep.NONE
            here = []
        elif step.kind is ElementKind.DIRECTORIES and not here:
            deep = Deep.LINES
        else:
            here.append(step)

    for segment in segments:
        if not all(map(_stays, segment.steps)):
            return None
    below = Deep.LINES if segments[-1].asks is Asks.LINE else Deep.NONE
    return SegmentPattern(tuple(segments), below)


def _stays(step: Element) -> bool:
    """Whether a step lies within one name."""
    if step.kind not in (ElementKind.ONE, ElementKind.OPTIONAL, ElementKind.STAR):
        return False
    return not any(low <= 0x2F <= high for low, high in step.chars)


def _segment(steps: Steps, deep: Deep) -> Segment:
    if steps == (_REST,):
        return Segment(Asks.LINE, deep=deep)
    if steps == (_NAME,):
        return Segment(Asks.ANY, deep=deep)

    whole = _text(steps)
    if whole is not None:
        return Segment(Asks.NAME, whole, deep=deep)
    start = _text(steps[:-1]) if steps[-1] == _NAME else None
    if start is not None:
        return Segment(Asks.START, start, deep=deep)
    end = _text(steps[1:]) if steps[0] == _NAME else None
    if end is not None:
        return Segment(Asks.END, end, deep=deep)
    return Segment(Asks.FORM, steps=steps, deep=deep)


def _text(steps: Steps) -> str | None:
    """The text that the steps spell.

    U+FFFD, which is also any byte that is not UTF-8, spells none.
    """
    characters: list[str] = []
    for step in steps:
        if step.kind is not ElementKind.ONE or len(step.chars) != 1:
            return None
        low, high = step.chars[0]
        if low != high or low == 0xFFFD:
            return None
        characters.append(chr(low))
    return "".join(characters)


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
    if len(steps) > _LONGEST:
        return None
    parts: list[list[str]] = [[]]
    for step in steps:
        if step == _NAME:
            parts.append([])
        elif step.kind is ElementKind.ONE and step.chars:
            parts[-1].append(_class(step.chars))
        else:
            return None

    head, *middle = map("".join, parts)
    if not middle:
        return head
    tail = middle.pop()
    least = len(parts[-1])
    between = "".join(f"(?>.*?{part})" for part in middle)
    return f"{head}{between}.{{{least},}}+(?<={tail})"


def _class(chars: Ranges) -> str:
    if chars == NOT_SLASH:
        return "."  # a name holds no slash
    ranges = [f"\\U{low:08x}-\\U{high:08x}" for low, high in chars]
    return f"[{''.join(ranges)}]"
