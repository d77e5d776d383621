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
    kept: list[Element] = []
    for step in steps:
        is_again = bool(kept) and step == kept[-1]
        if step.kind in once or not is_again:
            kept.append(step)
    return tuple(kept)


def _plain(char: str) -> Element:
    """A character that stands for itself, or one of `^`, `$` and `.`."""
    if char == "^":
        return Element(ElementKind.START)
    if char == "$":
        return Element(ElementKind.END)
    if char == ".":
        return Element(ElementKind.ONE, ANY)
    return _one(ord(char))


def _one(code: int) -> Element:
    return Element(ElementKind.ONE, ((code, code),))


def _repeated(step: Element, repeat: re.Match[str] | None) -> list[Element]:
    """`*`, or `{low}`, `{low,}`, `{low,high}`."""
    star = Element(ElementKind.STAR, step.chars)
    if repeat is None:
        return [star]
    low = int(repeat[1][:9])
    high = int(repeat[3][:9]) if repeat[3] else low
    if low > _MOST_REPEATS or high > _MOST_REPEATS or high < low:
        raise BadRegexpError
    if step.kind is not ElementKind.ONE:
        return [step] if low else []

    needed = [step] * low
    is_open = repeat[2] and not repeat[3]
    if is_open:
        return [*needed, star]
    optional = Element(ElementKind.OPTIONAL, step.chars)
    return needed + [optional] * (high - low)


def _escape(source: str, at: int, steps: list[Element]) -> int:
    """A backslash outside a class; gives the offset after it."""
    char = source[at + 1 : at + 2]
    after = at + 2
    if char in _ASSERTIONS:
        steps.append(Element(_ASSERTIONS[char]))
        return after
    if char == "Q":
        literal, end, _ = source[after:].partition("\\E")
        steps += map(_one, map(ord, literal))
        return after + len(literal) + len(end)

    escaped_set = _escaped_set(source, at)
    if escaped_set is not None:
        chars, after = escaped_set
        steps.append(Element(ElementKind.ONE, chars))
        return after
    code, after = _escaped_code(source, at)
    steps.append(_one(code))
    return after


def _escaped_set(source: str, at: int) -> tuple[Ranges, int] | None:
    """`\\d`, `\\pL` and their like: (characters, offset after it), None for anything else."""
    char = source[at + 1 : at + 2]
    if source[at : at + 1] != "\\" or char not in tuple("dDsSwWpP"):
        return None
    if char not in "pP":
        chars = _PERL[char.lower()]
        return _set(chars, negated=char.isupper()), at + 2

    name, end = _category_name(source, at + 2)
    # `\P{^L}` is negated twice
    negated = (char == "P") != name.startswith("^")
    chars = _category(_as_category(name))
    return _set(chars, negated=negated), end


def _set(chars: Ranges, *, negated: bool) -> Ranges:
    return complement(chars) if negated else chars


def _as_category(name: str) -> str:
    """A name as Go compares it: without `_`, `-` and blanks, whatever its case."""
    letters = re.sub("[_ -]", "", name.removeprefix("^"))
    return letters.capitalize()


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

    from unicodedata import category as category_of  # noqa: PLC0415 - few patterns name a category

    wanted = ("Lu", "Ll", "Lt") if name == "Lc" else (name,)
    runs: list[tuple[int, int]] = []
    for code in range(LAST_CODE + 1):
        category = category_of(chr(code))
        if category not in wanted and category[0] not in wanted:
            continue
        start = code
        if runs and runs[-1][1] == code - 1:
            start, _ = runs.pop()
        runs.append((start, code))
    if not runs:
        raise BadRegexpError
    return tuple(runs)


def _escaped_code(source: str, at: int) -> tuple[int, int]:
    """parseEscape: one escaped character: (its code, offset after it)."""
    octal = _OCTAL.match(source, at + 1)
    if octal is not None:
        return int(octal[0], 8), octal.end()
    number = _HEX.match(source, at + 1)
    if number is not None:
        digits = (number[1] or number[2]).lstrip("0") or "0"
        code = int(digits, 16) if len(digits) <= 6 else LAST_CODE + 1
        if code > LAST_CODE:
            raise BadRegexpError
        return code, number.end()

    char = source[at + 1 : at + 2]
    if char in _CONTROL:
        return _CONTROL[char], at + 2
    is_punctuation = char.isascii() and not char.isalnum()
    if char and is_punctuation:
        return ord(char), at + 2
    raise BadRegexpError


def _class(source: str, at: int) -> tuple[Ranges, int]:
    """`[` [`^`] (set | char | char `-` char)+ `]`: (characters, offset after it)."""
    at += 1
    negated = source.startswith("^", at)
    at += negated
    chars: list[tuple[int, int]] = []
    is_first = True  # a `]` that comes first is a character
    while is_first or not source.startswith("]", at):
        is_first = False
        more = _named_class(source, at) or _escaped_set(source, at)
        members, at = more or _range(source, at)
        chars += members
    return _set(tuple(chars), negated=negated), at + 1


def _range(source: str, at: int) -> tuple[Ranges, int]:
    """`a` or `a-z` inside a class."""
    low, at = _class_char(source, at)
    high = low
    after_dash = source[at + 1 : at + 2]
    if source.startswith("-", at) and after_dash not in ("", "]"):
        high, at = _class_char(source, at + 1)
    if high < low:
        raise BadRegexpError
    return ((low, high),), at


def _named_class(source: str, at: int) -> tuple[Ranges, int] | None:
    """`[:alpha:]` and `[:^alpha:]` inside a class."""
    if not source.startswith("[:", at):
        return None
    end = source.find(":]", at + 2)
    if end < 0:
        return None
    name = source[at + 2 : end]
    chars = _POSIX.get(name.removeprefix("^"))
    if chars is None:
        raise BadRegexpError
    return _set(chars, negated=name.startswith("^")), end + 2


def _class_char(source: str, at: int) -> tuple[int, int]:
    if at >= len(source):
        raise BadRegexpError
    if source[at] == "\\":
        return _escaped_code(source, at)
    return ord(source[at]), at + 1
