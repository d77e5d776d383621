"""GitHub's patterns of branches, tags and paths.

Source: docs.github.com, "Workflow syntax for GitHub Actions", filter pattern cheat sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lightship.record import record

_MOST_KEPT = 1_000  # patterns that are kept compiled
_ANY = None  # accepts every character
_SLASH = frozenset("/")
_NOTHING: frozenset[str] = frozenset()
_LONGEST_RANGE = 128  # characters of a range in brackets

_Characters = frozenset[str] | None


@record(frozen=False)
class _PatternPiece:
    """What one character may be; `excluded` are those that it may not be.

    `repeats` says that more may follow, and `skips` are how far one may go on without any.
    """

    accepted: _Characters = _ANY
    excluded: frozenset[str] = _NOTHING
    repeats: bool = False
    skips: tuple[int, ...] = ()

    def accepts(self, character: str) -> bool:
        if self.accepted is not None:
            return character in self.accepted
        return character not in self.excluded


@record(eq=False)
class _Compiled:
    """The pieces of a pattern, numbered by bits: `loops` are those that repeat."""

    pieces: tuple[_PatternPiece, ...]
    loops: int
    skips: tuple[tuple[int, int], ...]


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Whether patterns name something: the last that matches decides, `!` takes it out."""
    found = False
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        if matches(name, bare):
            found = bare == pattern
    return found


def matches(name: str, pattern: str) -> bool:
    """Whether a pattern matches a whole name.

    `*` stops at a `/`, `**` does not, and `**/` may be nothing at all; `?` and `+` are zero or one,
    and one or more of the character before. The time is that of name and pattern multiplied: a
    regular expression of such a pattern may take forever.
    """
    compiled = _compiled(pattern)
    reached = _skipped(1, compiled)
    accepting: dict[str, int] = {}
    for character in name:
        bits = accepting.get(character)
        if bits is None:
            bits = accepting[character] = _accepting(compiled, character)
        taken = reached & bits
        if not taken:
            return False
        reached = _skipped(taken << 1 | taken & compiled.loops, compiled)
    return bool(reached >> len(compiled.pieces) & 1)


def _accepting(compiled: _Compiled, character: str) -> int:
    """The pieces that accept a character."""
    bits = 0
    for at, piece in enumerate(compiled.pieces):
        if piece.accepts(character):
            bits |= 1 << at
    return bits


def _skipped(reached: int, compiled: _Compiled) -> int:
    """With what is reached without a further character: all skips lead forward."""
    for start, end in compiled.skips:
        if reached >> start & 1:
            reached |= 1 << end
    return reached


@lru_cache(maxsize=_MOST_KEPT)
def _compiled(pattern: str) -> _Compiled:
    pieces = _pieces(pattern)
    loops = 0
    skips: list[tuple[int, int]] = []
    for at, piece in enumerate(pieces):
        loops |= int(piece.repeats) << at
        skips += ((at, at + far) for far in piece.skips)
    return _Compiled(tuple(pieces), loops, tuple(skips))


def _pieces(pattern: str) -> list[_PatternPiece]:
    pieces: list[_PatternPiece] = []
    at = 0
    is_wild = True  # of the piece before: `?` and `+` are then themselves, or say nothing more
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            at = _add_stars(pieces, pattern, at)
            is_wild = True
            continue
        if character in "?+" and pieces and not is_wild:
            _quantify(pieces[-1], character)
            is_wild = True
            at += 1
            continue
        if character in "?+" and pieces:
            at += 1
            continue

        accepted, at = _one(pattern, at)
        pieces.append(_PatternPiece(accepted))
        is_wild = False
    return pieces


def _quantify(piece: _PatternPiece, character: str) -> None:
    if character == "?":
        piece.skips = (1,)
    else:
        piece.repeats = True


def _add_stars(pieces: list[_PatternPiece], pattern: str, start: int) -> int:
    """Add `*`, `**` or `**/`; the place after it."""
    at = start
    while pattern.startswith("*", at):
        at += 1
    is_deep = at - start > 1
    is_folder = is_deep and pattern.startswith("/", at)
    if is_folder and (start == 0 or pattern[start - 1] == "/"):
        # An entry, from which all of `**/` is left out
        pieces.append(_PatternPiece(_NOTHING, skips=(1, 3)))
        pieces.append(_PatternPiece(repeats=True, skips=(1,)))
        pieces.append(_PatternPiece(_SLASH))
        return at + 1
    excluded = _NOTHING if is_deep else _SLASH
    pieces.append(_PatternPiece(excluded=excluded, repeats=True, skips=(1,)))
    return at


def _one(pattern: str, at: int) -> tuple[frozenset[str], int]:
    """The characters that stand for one, and the place after them."""
    character = pattern[at]
    if character == "\\" and at + 1 < len(pattern):
        return frozenset(pattern[at + 1]), at + 2
    if character == "[":
        end = pattern.find("]", at + 1)
        if end > 0:
            return _listed(pattern[at + 1 : end]), end + 1
    return frozenset(character), at + 1


def _listed(inside: str) -> frozenset[str]:
    """The characters of brackets, with ranges such as `a-z`."""
    found: set[str] = set()
    at = 0
    while at < len(inside):
        first = inside[at]
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            codes = range(ord(first), ord(inside[at + 2]) + 1)
            found.update(map(chr, codes[:_LONGEST_RANGE]))
            at += 3
            continue
        found.add(first)
        at += 1
    return frozenset(found)
