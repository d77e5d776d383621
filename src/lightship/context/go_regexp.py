"""The part of Go's regular expressions that moby/patternmatcher makes out of an ignore pattern.

A pattern is put into an expression as it stands, brackets and backslashes included, so what they mean is what Go's
regexp/syntax/parse.go (Go 1.27, flags Perl) says: `\\d` in a pattern is a digit, `[!a]` holds `!` and `a`.

The steps are run over all places of a path at once, one bit for each place (Parabix' MatchStar: Cameron et al., "Bitwise
data parallelism in regular expression matching", 2014): linear in the path, whatever the pattern is.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache

Ranges = tuple[tuple[int, int], ...]

_LAST = 0x10FFFF
_DIGIT, _SPACE = ((0x30, 0x39),), ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20))
_LOWER, _UPPER = ((0x61, 0x7A),), ((0x41, 0x5A),)
_WORD = _DIGIT + _UPPER + ((0x5F, 0x5F),) + _LOWER
_PERL: dict[str, Ranges] = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
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
    "word": _WORD,
    "xdigit": _DIGIT + ((0x41, 0x46), (0x61, 0x66)),
}
_CONTROL = {"a": 0x07, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}


class BadRegexpError(Exception):
    """An expression that Go's `regexp.Compile` refuses; it never leaves this package."""


class Kind(Enum):
    ONE = auto()  # one character of a set
    STAR = auto()  # any number of them
    DIRECTORIES = auto()  # `(.*/)?`
    START = auto()  # `^` and `\A`
    END = auto()  # `$` and `\z`
    WORD = auto()  # `\b`
    NO_WORD = auto()  # `\B`


@dataclass(frozen=True, slots=True)
class Step:
    kind: Kind
    chars: Ranges = ()


def complement(ranges: Ranges) -> Ranges:
    """All characters that are not in `ranges`."""
    gaps, at = [], 0
    for low, high in sorted(ranges):
        if at < low:
            gaps.append((at, low - 1))
        at = max(at, high + 1)
    return (*gaps, (at, _LAST)) if at <= _LAST else tuple(gaps)


_ANY = complement(((0x0A, 0x0A),))


def parse(source: str) -> tuple[Step, ...]:
    """The steps of an expression that starts with `^`. Raises BadRegexpError."""
    steps: list[Step] = []
    at = 0
    while at < len(source):
        char = source[at]
        if char == "\\":
            at = _escape(source, at, steps)
        elif char == "[":
            chars, at = _class(source, at)
            steps.append(Step(Kind.ONE, chars))
        elif char == "*":
            steps.append(Step(Kind.STAR, steps.pop().chars))
            at += 1
        elif char == "(":  # patternmatcher writes no other group
            steps.append(Step(Kind.DIRECTORIES))
            at += len("(.*/)?")
        else:
            steps.append(_plain(char))
            at += 1
    return tuple(steps)


def _plain(char: str) -> Step:
    """A character that stands for itself, or one of `^`, `$` and `.`."""
    if char == "^":
        return Step(Kind.START)
    if char == "$":
        return Step(Kind.END)
    return Step(Kind.ONE, _ANY if char == "." else ((ord(char), ord(char)),))


def _escape(source: str, at: int, steps: list[Step]) -> int:
    """A backslash outside a class; gives the offset after it."""
    char = source[at + 1 : at + 2]
    asserted = {"A": Kind.START, "z": Kind.END, "b": Kind.WORD, "B": Kind.NO_WORD}.get(char)
    if asserted is not None:
        steps.append(Step(asserted))
        return at + 2
    if char == "Q":
        literal, end, _ = source[at + 2 :].partition("\\E")
        steps += (Step(Kind.ONE, ((ord(one), ord(one)),)) for one in literal)
        return at + 2 + len(literal) + len(end)
    chars, at = _escaped_set(source, at) or _escaped_char(source, at)
    steps.append(Step(Kind.ONE, chars))
    return at


def _escaped_set(source: str, at: int) -> tuple[Ranges, int] | None:
    """`\\d`, `\\pL` and their like: (characters, offset after it), None for anything else."""
    char = source[at + 1 : at + 2]
    if source[at : at + 1] != "\\" or char.lower() not in ("d", "s", "w", "p"):
        return None
    if char in "pP":
        chars, end = _category(source[at + 2 : at + 3].upper()), at + 3
    else:
        chars, end = _PERL[char.lower()], at + 2
    return (complement(chars) if char.isupper() else chars), end


@cache
def _category(name: str) -> Ranges:
    """A general category of Unicode by its one letter; no longer name can come here, as patternmatcher escapes `{`."""
    if name not in tuple("CLMNPSZ"):
        raise BadRegexpError
    runs: list[tuple[int, int]] = []
    for code in range(_LAST + 1):
        if unicodedata.category(chr(code))[0] == name:
            runs.append((runs.pop()[0] if runs and runs[-1][1] == code - 1 else code, code))
    return tuple(runs)


def _escaped_char(source: str, at: int) -> tuple[Ranges, int]:
    code, at = _escaped_code(source, at)
    return ((code, code),), at


def _escaped_code(source: str, at: int) -> tuple[int, int]:
    """parseEscape: one escaped character: (its code, offset after it)."""
    char, rest = source[at + 1 : at + 2], source[at + 2 : at + 4]
    if char and char in "01234567":
        digits = char + rest[: len(rest) - len(rest.lstrip("01234567"))]
        if char == "0" or len(digits) > 1:
            return int(digits, 8), at + 1 + len(digits)
    elif char == "x" and len(rest) == 2 and all(one in "0123456789abcdefABCDEF" for one in rest):
        return int(rest, 16), at + 4
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
            if source.startswith("-", at) and at + 1 < len(source) and source[at + 1] != "]":
                high, at = _class_char(source, at + 1)
            if high < low:
                raise BadRegexpError
            found = ((low, high),), at
        chars += found[0]
        at = found[1]
    return complement(tuple(chars)) if negated else tuple(chars), at + 1


def _named_class(source: str, at: int) -> tuple[Ranges, int] | None:
    """`[:alpha:]` and `[:^alpha:]` inside a class."""
    end = source.find(":]", at + 2)
    if not source.startswith("[:", at) or end < 0:
        return None
    name = source[at + 2 : end]
    chars = _POSIX.get(name.removeprefix("^"))
    if chars is None:
        raise BadRegexpError
    return (complement(chars) if name.startswith("^") else chars), end + 2


def _class_char(source: str, at: int) -> tuple[int, int]:
    if at >= len(source):
        raise BadRegexpError
    return _escaped_code(source, at) if source[at] == "\\" else (ord(source[at]), at + 1)


@dataclass(slots=True)
class Subject:
    """A path to match, and for each of its characters the places where it stands, as bits."""

    path: str
    _places: dict[str, int] = field(default_factory=dict)
    _sets: dict[Ranges, int] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, int]:
        if not self._places:
            for at, char in enumerate(self.path):
                known = "\ufffd" if "\ud800" <= char <= "\udfff" else char
                self._places[known] = self._places.get(known, 0) | 1 << at
        return self._places

    def of(self, chars: Ranges) -> int:
        """The places whose character is one of `chars`."""
        found = self._sets.get(chars)
        if found is None:
            found = 0
            for char, places in self.places.items():
                if any(low <= ord(char) <= high for low, high in chars):
                    found |= places
            self._sets[chars] = found
        return found

    @property
    def end(self) -> int:
        return 1 << len(self.path)

    @property
    def ends(self) -> int:
        """Where the path or one of its parent directories ends."""
        return self.end | self.places.get("/", 0)

    def boundaries(self) -> int:
        """Where one side is a letter, digit or underscore and the other is not."""
        words = self.of(_WORD)
        return words ^ words << 1


def reached(steps: tuple[Step, ...], subject: Subject, ends: int) -> bool:
    """Whether `steps`, from the start of the subject, come through; `ends` are the places that count as its end."""
    at = 1
    for step in steps:
        if step.kind is Kind.ONE:
            at = (at & subject.of(step.chars)) << 1
        elif step.kind is Kind.STAR:
            at = _star(at, subject.of(step.chars))
        elif step.kind is Kind.DIRECTORIES:
            at |= (_star(at, subject.of(_ANY)) & subject.places.get("/", 0)) << 1
        elif step.kind is Kind.END:
            at &= ends
        elif step.kind is Kind.START:
            at &= 1
        else:
            places = subject.boundaries()
            at &= places if step.kind is Kind.WORD else ~places
        if not at:
            return False
    return True


def _star(at: int, places: int) -> int:
    """Every place that a run of `places` leads to from `at`: the carry of the addition runs through each run."""
    return ((at & places) + places) ^ places | at
