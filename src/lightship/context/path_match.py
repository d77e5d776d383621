"""Steps that a path must go through to match a pattern, run over all places of the path at once.

One bit stands for each place; a star is one addition, whose carry runs through each run of
characters that it accepts (MatchStar: Cameron et al., "Bitwise data parallelism in regular
expression matching", PACT 2014). So the time is linear in path and pattern, whatever the pattern
is: nothing is tried twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from enum import Enum, auto

from lightship.record import record

Ranges = tuple[tuple[int, int], ...]

LAST_CODE = 0x10FFFF
WORD_CHARS: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))


class ElementKind(Enum):
    """What a step asks of the path."""

    ONE = auto()  # one character of a set
    OPTIONAL = auto()  # one or none
    STAR = auto()  # any number of them
    DIRECTORIES = auto()  # `(.*/)?`
    START = auto()  # `^` and `\A`
    END = auto()  # `$` and `\z`
    WORD = auto()  # `\b`
    NO_WORD = auto()  # `\B`


@record
class Element:
    """One element of a pattern; `chars` are those that it accepts."""

    kind: ElementKind
    chars: Ranges = ()


Steps = tuple[Element, ...]


def complement(ranges: Ranges) -> Ranges:
    """All characters that are not in `ranges`."""
    gaps, at = [], 0
    for low, high in sorted(ranges):
        if at < low:
            gaps.append((at, low - 1))
        at = max(at, high + 1)
    return (*gaps, (at, LAST_CODE)) if at <= LAST_CODE else tuple(gaps)


ANY: Ranges = complement(((0x0A, 0x0A),))  # `.`
NOT_SLASH: Ranges = complement(((0x2F, 0x2F),))  # `[^/]`


@record(eq=False, frozen=False)
class IndexedPath:
    """A path, and the places of each of its characters, as bits.

    A byte that is not UTF-8 is U+FFFD.
    """

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
        if len(chars) == 1 and chars[0][0] == chars[0][1]:
            return self.places.get(chr(chars[0][0]), 0)
        found = self._sets.get(chars)
        if found is None:
            found = self._sets[chars] = self._search(chars)
        return found

    def _search(self, chars: Ranges) -> int:
        if chars in (ANY, NOT_SLASH):
            excluded = "\n" if chars == ANY else "/"
            return (self.end - 1) & ~self.places.get(excluded, 0)
        places = 0
        for character, at in self.places.items():
            code = ord(character)
            if any(low <= code <= high for low, high in chars):
                places |= at
        return places

    @property
    def end(self) -> int:
        return 1 << len(self.path)

    @property
    def ends(self) -> int:
        """Where the path or one of the directories above it ends."""
        return (
            self.end | self.places.get("/", 0) | (2 if self.path.rfind("/") == 0 else 0)
        )

    def above(self) -> Iterator[IndexedPath]:
        """The path itself and each directory above it."""
        yield self
        for at in range(len(self.path)):
            if self.ends >> at & 1:
                yield IndexedPath(self.path[:at])


def reached(steps: Steps, subject: IndexedPath, ends: int) -> bool:
    """Whether `steps` come through, from any place of the subject.

    `ends` are the places that count as its end.
    """
    at = subject.end * 2 - 1
    for step in steps:
        if step.kind is ElementKind.ONE:
            at = (at & subject.of(step.chars)) << 1
        elif step.kind is ElementKind.OPTIONAL:
            at |= (at & subject.of(step.chars)) << 1
        elif step.kind is ElementKind.STAR:
            at = _star(at, subject.of(step.chars))
        elif step.kind is ElementKind.DIRECTORIES:
            at |= (_star(at, subject.of(ANY)) & subject.places.get("/", 0)) << 1
        else:
            at &= _asserted(step.kind, subject, ends)
        if not at:
            return False
    return True


def _star(at: int, places: int) -> int:
    """Every place that a run of `places` leads to from `at`."""
    return ((at & places) + places) ^ places | at


def _asserted(kind: ElementKind, subject: IndexedPath, ends: int) -> int:
    """The places where an assertion holds.

    A boundary is where one side is a word character and the other is not.
    """
    if kind is ElementKind.START:
        return 1
    if kind is ElementKind.END:
        return ends
    words = subject.of(WORD_CHARS)
    boundaries = words ^ words << 1
    return boundaries if kind is ElementKind.WORD else ~boundaries
