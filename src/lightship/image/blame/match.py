"""Rows of history beside the rows that a Dockerfile would write: which belong together.

The Dockerfile's are the last ones. Where both stop being alike the base image begins. A Dockerfile
that changed since the build has rows too few and too many; one that has nothing to do with the
image has next to none that fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from lightship.image.blame.blamed import Confidence
from lightship.image.blame.expected import Expected
from lightship.image.blame.history_text import ReadRow
from lightship.record import record
from lightship.regex import regex

# Rows times instructions: beyond it only the last rows are looked at
_MOST_CELLS = 1 << 18
# For a pair, and for what has no partner
_EXACT, _LOOSE, _ROW, _INSTRUCTION = (
    8,
    6,
    -2,
    -1,
)
# Of the words of a row and an instruction; in short texts chance is too large
_NEARLY, _LEAST_SHARED = (
    0.7,
    3,
)
# Rows times instructions that fit nothing; beside more none is looked for
_MOST_COMPARED = 4096
_HEAVIEST = 8
_WORDS = regex(r"\w+")
_LONGEST = 4096  # characters of a text that are compared word by word


@record
class MatchedRow:
    """A row and the instruction that wrote it, by their places."""

    row: int
    instruction: int
    confidence: Confidence


@record
class Matched:
    """The pairs, and the place of the first row of this Dockerfile.

    `complete` is whether the first instruction has its row, so that what comes before is the base
    image's.
    """

    pairs: tuple[MatchedRow, ...]
    start: int
    complete: bool


@record(eq=False)
class _Grid:
    """How well each row fits each instruction: 0 where it does not."""

    rows: Sequence[ReadRow]
    expected: Sequence[Expected]
    fits: Sequence[Sequence[int]]

    def costs(self, instruction: int) -> int:
        return 0 if self.expected[instruction].optional else _INSTRUCTION


def match(rows: Sequence[ReadRow], expected: Sequence[Expected]) -> Matched | None:
    """Which rows are whose; None where the Dockerfile is not that of the image. `rows` are of
    one builder.
    """
    most = max(1, _MOST_CELLS // max(1, len(expected)))
    dropped = max(0, len(rows) - most)
    if not expected or len(expected) > _MOST_CELLS:
        return None
    grid = _grid(rows[dropped:], expected)
    start, found = _align(grid)
    if not found or not _is_the_same(grid, start, found):
        return None
    sure = _without_doubt(grid, start, found)
    nearly = _between(grid, sure, found)
    pairs = sorted([*sure, *nearly], key=lambda pair: pair.row)
    matched = {instruction for _, instruction in found}
    first = next((at for at, each in enumerate(expected) if not each.optional), 0)
    complete = any(at in matched for at in range(first + 1))
    moved = tuple(
        MatchedRow(pair.row + dropped, pair.instruction, pair.confidence)
        for pair in pairs
    )
    return Matched(moved, start + dropped, complete)


def _grid(rows: Sequence[ReadRow], expected: Sequence[Expected]) -> _Grid:
    return _Grid(
        rows, expected, [[_fit(row, each) for each in expected] for row in rows]
    )


def _fit(row: ReadRow, expected: Expected) -> int:
    if row.keyword != expected.keyword:
        return 0
    if not row.keys.isdisjoint(expected.keys):
        return _EXACT
    fits = any(
        _follows(key, pattern) for pattern in expected.patterns for key in row.keys
    )
    return _LOOSE if fits else 0


def _follows(text: str, pattern: Sequence[str]) -> bool:
    """Whether the pieces stand in the text one after the other, the first at its start, the
    last at its end.
    """
    first, *middle = pattern
    last = middle.pop() if middle else ""
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, max(at, end))
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


def _align(grid: _Grid) -> tuple[int, list[tuple[int, int]]]:
    """The best way to pair the last rows with the instructions, and where these rows begin.

    `best[i][j]` is the worth of pairing the rows from i on with the instructions from j on. Of
    ways that are worth the same the one with the later rows is taken: the base image's are the
    earlier ones.
    """
    rows, count = len(grid.rows), len(grid.expected)
    best = [[0] * (count + 1) for _ in range(rows + 1)]
    for j in range(count - 1, -1, -1):
        best[rows][j] = best[rows][j + 1] + grid.costs(j)
    for i in range(rows - 1, -1, -1):
        line, below, fits = best[i], best[i + 1], grid.fits[i]
        line[count] = below[count] + _ROW
        for j in range(count - 1, -1, -1):
            found = max(below[j] + _ROW, line[j + 1] + grid.costs(j))
            line[j] = max(found, below[j + 1] + fits[j]) if fits[j] else found
    start = max(range(rows, -1, -1), key=lambda i: best[i][0])
    return _trimmed(grid, best, start)


def _trimmed(
    grid: _Grid, best: Sequence[Sequence[int]], start: int
) -> tuple[int, list[tuple[int, int]]]:
    """The pairs on the best way from `start`.

    A row is passed over as long as a later one is worth as much.
    """
    pairs, i, j = [], start, 0
    while i < len(grid.rows) and j < len(grid.expected):
        here = best[i][j]
        if here == best[i + 1][j] + _ROW:
            i += 1
        elif here == best[i][j + 1] + grid.costs(j):
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return (pairs[0][0] if pairs else start), pairs


def _is_the_same(grid: _Grid, start: int, found: Sequence[tuple[int, int]]) -> bool:
    """Whether the rows that fit are at least half of both sides, counted by their words."""
    there = sum(_weight(grid.rows[at].keys) for at in range(start, len(grid.rows)))
    wanted = sum(_weight(each.keys) for each in grid.expected if not each.optional)
    fitting = sum(_weight(grid.rows[row].keys) for row, _ in found)
    needed = [
        instruction
        for _, instruction in found
        if not grid.expected[instruction].optional
    ]
    given = sum(_weight(grid.expected[instruction].keys) for instruction in needed)
    return 2 * fitting >= there and 2 * given >= wanted and bool(needed)


def _weight(keys: frozenset[str]) -> int:
    return min(
        _HEAVIEST,
        max((len(_WORDS.findall(key, 0, _LONGEST)) for key in keys), default=1),
    )


def _without_doubt(
    grid: _Grid, start: int, found: Sequence[tuple[int, int]]
) -> list[MatchedRow]:
    """The pairs that could not be others.

    Rows that are alike are told apart by their order. Are there more of them than of their
    instruction, nobody knows which is missing; and where instructions that differ write the same
    (`COPY --from`), they may have changed places. Unless all that there is has its partner, up to
    the base image.
    """
    if len(found) == len(grid.rows) - start and _all_needed(grid, found):
        return [MatchedRow(*pair, Confidence.MATCHED) for pair in found]
    return [
        MatchedRow(*pair, Confidence.MATCHED)
        for pair in found
        if _is_clear(grid, *pair)
    ]


def _is_clear(grid: _Grid, row: int, instruction: int) -> bool:
    """Whether all that fit as well as this pair stand for the same."""
    least = grid.fits[row][instruction]
    rows = sum(fits[instruction] >= least for fits in grid.fits)
    lines = [grid.expected[at] for at, fit in enumerate(grid.fits[row]) if fit >= least]
    return (
        rows == len(lines) and len({each.instruction.line.text for each in lines}) == 1
    )


def _all_needed(grid: _Grid, found: Sequence[tuple[int, int]]) -> bool:
    matched = {instruction for _, instruction in found}
    return all(each.optional or at in matched for at, each in enumerate(grid.expected))


def _between(
    grid: _Grid, sure: Sequence[MatchedRow], found: Sequence[tuple[int, int]]
) -> list[MatchedRow]:
    """Rows between two pairs whose text nearly is that of the instruction in the same place
    between them.

    What fits something anywhere did not change, it was moved.
    """
    taken = {instruction for _, instruction in found}
    moved = [any(fits[at] for fits in grid.fits) for at in range(len(grid.expected))]
    alone = [at for at in range(len(grid.rows)) if not any(grid.fits[at])]
    changed = [at for at in range(len(grid.expected)) if not moved[at]]
    if not sure or len(alone) * len(changed) > _MOST_COMPARED:
        return []
    nearly = _Nearly(grid, alone, changed)
    pairs: list[MatchedRow] = []
    ends = [
        *((pair.row, pair.instruction) for pair in sure),
        (len(grid.rows), len(grid.expected)),
    ]
    for (row, instruction), (next_row, next_instruction) in pairwise(ends):
        rows = range(row + 1, next_row)
        lines = [
            at
            for at in range(instruction + 1, next_instruction)
            if not grid.expected[at].optional or at in taken
        ]
        if len(rows) == len(lines):
            pairs += [
                MatchedRow(*pair, Confidence.LIKELY)
                for pair in zip(rows, lines, strict=True)
                if nearly.is_pair(*pair)
            ]
    return pairs


class _Nearly:
    """How alike rows and instructions are that fit nothing: each pair must be the best for
    both of its sides.
    """

    def __init__(self, grid: _Grid, rows: Sequence[int], lines: Sequence[int]) -> None:
        self.rows, self.lines = rows, lines
        self.alike = {
            (row, at): _likeness(grid.rows[row], grid.expected[at])
            for row in rows
            for at in lines
        }

    def is_pair(self, row: int, line: int) -> bool:
        own = self.alike.get((row, line), 0.0)
        rivals = [self.alike.get((row, at), 0.0) for at in self.lines if at != line]
        rivals += [self.alike.get((at, line), 0.0) for at in self.rows if at != row]
        return own >= _NEARLY and all(own > rival for rival in rivals)


def _likeness(row: ReadRow, expected: Expected) -> float:
    """From 0 to 1: how many words both share (Dice's coefficient)."""
    if row.keyword != expected.keyword:
        return 0.0
    pairs = (
        (one, other)
        for one in sorted(row.keys)[:4]
        for other in sorted(expected.keys)[:4]
    )
    return max(
        (_shared(_words(one), _words(other)) for one, other in pairs), default=0.0
    )


def _words(text: str) -> Counter[str]:
    """The words behind the keyword."""
    return Counter(_WORDS.findall(text.partition(" ")[2], 0, _LONGEST))


def _shared(one: Counter[str], other: Counter[str]) -> float:
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both >= _LEAST_SHARED else 0.0
