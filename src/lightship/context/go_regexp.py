"""The part of Go's regular expressions that moby/patternmatcher makes out of an ignore pattern.

A pattern is put into an expression as it stands: brackets, backslashes, `^` and also `{`, `|` and
`}`, which its table of characters to escape means to hold and does not. So what they mean is what
regexp/syntax/parse.go (Go 1.27, flags Perl) says: `\\d` in a pattern is a digit, `[!a]` holds `!`
and `a`, `a|b?` is "starts with a, or ends with b and a character".

Not known here: scripts (`\\p{Greek}`) and long names of categories (`\\p{Letter}`); they are
refused.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from lightship.context.path_match import (
    ANY,
    LAST_CODE,
    WORD_CHARS,
    Element,
    ElementKind,
    Ranges,
    Steps,
    complement,
)
from lightship.regex import regex

_DIGIT, _LOWER, _UPPER = ((0x30, 0x39),), ((0x61, 0x7A),), ((0x41, 0x5A),)
_PERL: dict[str, Ranges] = {
    "d": _DIGIT,
    "s": ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)),
    "w": WORD_CHARS,
}
_POSIX: dict[str, Ranges] = {
    "alnum": _DIGIT + _UPPER + _LOWER,
    "alpha": _UPPER + _LOWER,
    "ascii": ((0, 0x7F),),
    "blank": ((0x09, 0x09), (0x20, 0x20)),
    "cntrl": ((0, 0x1F), (0x7F, 0x7F)),
    "digit": _DIGIT,
    "graph": ((0x21, 0x7E),),
    "lower": _LOWER,
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": ((0x09, 0x0D), (0x20, 0x20)),
    "upper": _UPPER,
    "word": WORD_CHARS,
    "xdigit": (*_DIGIT, (0x41, 0x46), (0x61, 0x66)),
}
_CONTROL = {"a": 0x07, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}
_ASSERTIONS = {
    "A": ElementKind.START,
    "z": ElementKind.END,
    "b": ElementKind.WORD,
    "B": ElementKind.NO_WORD,
}
_NUMBER = "0|[1-9][0-9]*"
_REPEAT = regex(rf"\{{({_NUMBER})(?:(,)({_NUMBER})?)?\}}")
_OCTAL = regex(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
_HEX = regex(r"x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})")
_MOST_REPEATS = 1000  # Go's own limit for one
_MOST_STEPS = 4096  # ours for all of an expression, Go's is in the millions


class BadRegexpError(Exception):
    """An expression that Go's `regexp.Compile` refuses; it never leaves this package."""


def parse(source: str) -> tuple[Steps, ...]:
    """The alternatives of an expression, each as the steps through it. Raises BadRegexpError."""
    alternatives: list[list[Element]] = [[]]
    at, repeated = 0, False
    while at < len(source):
        steps = alternatives[-1]
        char, before, repeated = source[at], repeated, False
        repeat = _REPEAT.match(source, at) if char == "{" else None
        if char == "\\":
            at = _escape(source, at, steps)
        elif char == "[":
            chars, at = _class(source, at)
            steps.append(Element(ElementKind.ONE, chars))
        elif char == "(":  # patternmatcher writes no other group
            steps.append(Element(ElementKind.DIRECTORIES))
            at, repeated = at + len("(.*/)?"), True
        elif char == "*" or repeat:
            if before or not steps:
                raise BadRegexpError
            steps += _repeated(steps.pop(), repeat)
            at, repeated = repeat.end() if repeat else at + 1, True
            if repeat and len(steps) > at + _MOST_STEPS:
                raise BadRegexpError
        else:
            if char == "|":
                alternatives.append([])
            else:
                steps.append(_plain(char))
            at += 1
    return tuple(_shortened(steps) for steps in alternatives)


def _shortened(steps: list[Element]) -> Steps:
    """Without steps that only say again what the step before said."""
    once = (ElementKind.ONE, ElementKind.OPTIONAL)
    return tuple(
        step
        for at, step in enumerate(steps)
        if step.kind in once or at == 0 or step != steps[at - 1]
    )


def _plain(char: str) -> Element:
    """A character that stands for itself, or one of `^`, `$` and `.`."""
    if char == "^":
        return Element(ElementKind.START)
    if char == "$":
        return Element(ElementKind.END)
    return Element(ElementKind.ONE, ANY if char == "." else ((ord(char), ord(char)),))


def _repeated(step: Element, repeat: re.Match[str] | None) -> list[Element]:
    """`*`, or `{low}`, `{low,}`, `{low,high}`."""
    if repeat is None:
        return [Element(ElementKind.STAR, step.chars)]
    low = int(repeat[1][:9])
    high = int(repeat[3][:9]) if repeat[3] else low
    if low > _MOST_REPEATS or high > _MOST_REPEATS or high < low:
        raise BadRegexpError
    if step.kind is not ElementKind.ONE:
        return [step] if low else []
    if repeat[2] and not repeat[3]:
        return [*[step] * low, Element(ElementKind.STAR, step.chars)]
    return [step] * low + [Element(ElementKind.OPTIONAL, step.chars)] * (high - low)


def _escape(source: str, at: int, steps: list[Element]) -> int:
    """A backslash outside a class; gives the offset after it."""
    char = source[at + 1 : at + 2]
    if char in _ASSERTIONS:
        steps.append(Element(_ASSERTIONS[char]))
        return at + 2
    if char == "Q":
        literal, end, _ = source[at + 2 :].partition("\\E")
        steps += (Element(ElementKind.ONE, ((ord(one), ord(one)),)) for one in literal)
        return at + 2 + len(literal) + len(end)
    found = _escaped_set(source, at)
    if found is None:
        code, at = _escaped_code(source, at)
        found = ((code, code),), at
    steps.append(Element(ElementKind.ONE, found[0]))
    return found[1]


def _escaped_set(source: str, at: int) -> tuple[Ranges, int] | None:
    """`\\d`, `\\pL` and their like: (characters, offset after it), None for anything else."""
    char = source[at + 1 : at + 2]
    if source[at : at + 1] != "\\" or char not in tuple("dDsSwWpP"):
        return None
    if char in "pP":
        name, end = _category_name(source, at + 2)
        outside = (char == "P") != name.startswith("^")
        chars = _category(
            name.removeprefix("^")
            .translate(dict.fromkeys(map(ord, "_- ")))
            .capitalize()
        )
    else:
        chars, end, outside = _PERL[char.lower()], at + 2, char.isupper()
    return (complement(chars) if outside else chars), end


def _category_name(source: str, at: int) -> tuple[str, int]:
    if not source.startswith("{", at):
        return source[at : at + 1], at + 1
    end = source.find("}", at)
    if end < 0:
        raise BadRegexpError
    return source[at + 1 : end], end + 1


@cache
def _category(name: str) -> Ranges:
    """A general category of Unicode, by the letter or two that name it."""
    if name == "Any":
        return ((0, LAST_CODE),)
    if name == "Ascii":
        return _POSIX["ascii"]
    if name == "Assigned":
        return complement(_category("Cn"))
    wanted = ("Lu", "Ll", "Lt") if name == "Lc" else (name,)
    runs: list[tuple[int, int]] = []
    for code in range(LAST_CODE + 1):
        category = unicodedata.category(chr(code))
        if category in wanted or category[0] in wanted:
            runs.append(
                (runs.pop()[0] if runs and runs[-1][1] == code - 1 else code, code)
            )
    if not runs:
        raise BadRegexpError
    return tuple(runs)


def _escaped_code(source: str, at: int) -> tuple[int, int]:
    """parseEscape: one escaped character: (its code, offset after it)."""
    char = source[at + 1 : at + 2]
    if octal := _OCTAL.match(source, at + 1):
        return int(octal[0], 8), octal.end()
    if number := _HEX.match(source, at + 1):
        code = int(number[1] or number[2][-9:], 16)
        if code <= LAST_CODE and not (number[2] or "").lstrip("0")[6:]:
            return code, number.end()
    elif char in _CONTROL:
        return _CONTROL[char], at + 2
    elif char and char.isascii() and not char.isalnum():
        return ord(char), at + 2
    raise BadRegexpError


def _class(source: str, at: int) -> tuple[Ranges, int]:
    """`[` [`^`] (set | char | char `-` char)+ `]`: (characters, offset after it)."""
    at += 1
    negated = source.startswith("^", at)
    at += negated
    chars: list[tuple[int, int]] = []
    first = True
    while first or not source.startswith("]", at):
        first = False
        found = _named_class(source, at) or _escaped_set(source, at)
        if found is None:
            low, at = _class_char(source, at)
            high = low
            if (
                source.startswith("-", at)
                and at + 1 < len(source)
                and source[at + 1] != "]"
            ):
                high, at = _class_char(source, at + 1)
            if high < low:
                raise BadRegexpError
            found = ((low, high),), at
        chars += found[0]
        at = found[1]
    return complement(tuple(chars)) if negated else tuple(chars), at + 1


def _named_class(source: str, at: int) -> tuple[Ranges, int] | None:
    """`[:alpha:]` and `[:^alpha:]` inside a class."""
    end = source.find(":]", at + 2) if source.startswith("[:", at) else -1
    if end < 0:
        return None
    name = source[at + 2 : end]
    chars = _POSIX.get(name.removeprefix("^"))
    if chars is None:
        raise BadRegexpError
    return (complement(chars) if name.startswith("^") else chars), end + 2


def _class_char(source: str, at: int) -> tuple[int, int]:
    if at >= len(source):
        raise BadRegexpError
    return (
        _escaped_code(source, at) if source[at] == "\\" else (ord(source[at]), at + 1)
    )
