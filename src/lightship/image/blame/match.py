"""Rows of history beside the rows that a Dockerfile would write: which belong together.

The Dockerfile's are the last ones. Where both stop being alike the base image begins. A Dockerfile
that changed since the build has rows too few and too many; one that has nothing to do with the
image has next to none that fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

from lightship.image.blame.blamed import Confidence
from lightship.image.blame.expected import Expected
from lightship.image.blame.history_text import ReadRow
from lightship.record import record
from lightship.regex import regex

# Rows times instructions: beyond it only the last rows are looked at
_MOST_CELLS = 1 << 18
# What a pair is worth, and what has no partner costs
_EXACT = 8
_LOOSE = 6
_ROW = -2
_INSTRUCTION = -1
# The share of words that a row and an instruction must have in common, and their number: in short
# texts chance is too large
_NEARLY = 0.7
_LEAST_SHARED = 3
# Rows times instructions that fit nothing; beside more none is looked for
_MOST_COMPARED = 4096
_HEAVIEST = 8
_WORDS = regex(r"\w+")
_LONGEST = 4096  # characters of a text that are compared word by word


Pairs = Sequence[tuple[int, int]]  # places of a row and an instruction


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
        """What an instruction without a partner costs."""
        return 0 if self.expected[instruction].optional else _INSTRUCTION

    @property
    def needed(self) -> list[int]:
        """The places of the instructions that every builder writes a row for."""
        return [at for at, line in enumerate(self.expected) if not line.optional]


def match(rows: Sequence[ReadRow], expected: Sequence[Expected]) -> Matched | None:
    """Which rows are whose; None where the Dockerfile is not that of the image. `rows` are of
    one builder.
    """
    if not expected or len(expected) > _MOST_CELLS:
        return None
    most_rows = max(1, _MOST_CELLS // len(expected))
    dropped = max(0, len(rows) - most_rows)
    grid = _grid(rows[dropped:], expected)
    start, pairs = _align(grid)
    if not pairs or not _is_the_same(grid, start, pairs):
        return None

    sure = _without_doubt(grid, start, pairs)
    nearly = _between(grid, sure, pairs)
    matched: list[MatchedRow] = []
    for pair in sorted([*sure, *nearly], key=lambda pair: pair.row):
        row = pair.row + dropped
        matched.append(replace(pair, row=row))
    is_complete = _is_complete(grid, pairs)
    return Matched(tuple(matched), start + dropped, is_complete)


def _is_complete(grid: _Grid, pairs: Pairs) -> bool:
    """Whether the first instruction that must write a row has one, or one before it has."""
    first = min(grid.needed, default=0)
    return any(instruction <= first for _, instruction in pairs)


def _grid(rows: Sequence[ReadRow], expected: Sequence[Expected]) -> _Grid:
    fits = [_fits(row, expected) for row in rows]
    return _Grid(rows, expected, fits)


def _fits(row: ReadRow, expected: Sequence[Expected]) -> list[int]:
    return [_fit(row, instruction) for instruction in expected]


def _fit(row: ReadRow, expected: Expected) -> int:
    if row.keyword != expected.keyword:
        return 0
    if not row.keys.isdisjoint(expected.keys):
        return _EXACT
    for pattern in expected.patterns:
        if any(_follows(key, pattern) for key in row.keys):
            return _LOOSE
    return 0


def _follows(text: str, pattern: Sequence[str]) -> bool:
    """Whether the pieces stand in the text one after the other, the first at its start, the
    last at its end.
    """
    first, *middle = pattern
    last = middle.pop() if middle else ""
    if not text.startswith(first) or not text.endswith(last):
        return False
    at = len(first)
    end = len(text) - len(last)
    for piece in middle:
        place = text.find(piece, at, max(at, end))
        if place < 0:
            return False
        at = place + len(piece)
    return at <= end


def _align(grid: _Grid) -> tuple[int, Pairs]:
    """The best way to pair the last rows with the instructions, and where these rows begin.

    `best[i][j]` is the worth of pairing the rows from i on with the instructions from j on. Of
    ways that are worth the same the one with the later rows is taken: the base image's are the
    earlier ones.
    """
    rows = len(grid.rows)
    count = len(grid.expected)
    costs = [grid.costs(j) for j in range(count)]
    best = [[0] * (count + 1) for _ in range(rows + 1)]

    last = best[rows]
    for j in reversed(range(count)):
        last[j] = last[j + 1] + costs[j]
    for i in reversed(range(rows)):
        line = best[i]
        below = best[i + 1]
        fits = grid.fits[i]
        line[count] = below[count] + _ROW
        for j in reversed(range(count)):
            without_row = below[j] + _ROW
            without_instruction = line[j + 1] + costs[j]
            line[j] = max(without_row, without_instruction)
            if fits[j]:
                line[j] = max(line[j], below[j + 1] + fits[j])

    starts = reversed(range(rows + 1))
    start = max(starts, key=lambda i: best[i][0])
    return _trimmed(grid, best, start)


def _trimmed(
    grid: _Grid,
    best: Sequence[Sequence[int]],
    start: int,
) -> tuple[int, Pairs]:
    """The pairs on the best way from `start`.

    A row is passed over as long as a later one is worth as much.
    """
    pairs: list[tuple[int, int]] = []
    i = start
    j = 0
    while i < len(grid.rows) and j < len(grid.expected):
        here = best[i][j]
        if here == best[i + 1][j] + _ROW:
            i += 1
        elif here == best[i][j + 1] + grid.costs(j):
            j += 1
        else:
            pairs.append((i, j))
            i += 1
            j += 1
    if pairs:
        start, _ = pairs[0]
    return start, pairs


def _is_the_same(grid: _Grid, start: int, pairs: Pairs) -> bool:
    """Whether the rows that fit are at least half of both sides, counted by their words."""
    weights = [_weight(row.keys) for row in grid.rows]
    all_rows = sum(weights[start:])
    fitting_rows = sum(weights[row] for row, _ in pairs)
    if 2 * fitting_rows < all_rows:
        return False

    needed = {at: _weight(grid.expected[at].keys) for at in grid.needed}
    fitting = [needed[at] for _, at in pairs if at in needed]
    return bool(fitting) and 2 * sum(fitting) >= sum(needed.values())


def _weight(keys: frozenset[str]) -> int:
    """How many words the longest of some texts has, up to a limit."""
    counts = [len(_WORDS.findall(key, 0, _LONGEST)) for key in keys]
    return min(_HEAVIEST, max(counts, default=1))


def _without_doubt(grid: _Grid, start: int, pairs: Pairs) -> list[MatchedRow]:
    """The pairs that could not be others.

    Rows that are alike are told apart by their order. Are there more of them than of their
    instruction, nobody knows which is missing; and where instructions that differ write the same
    (`COPY --from`), they may have changed places. Unless all that there is has its partner, up to
    the base image.
    """
    rows = len(grid.rows) - start
    is_whole = len(pairs) == rows and _all_needed(grid, pairs)
    sure: list[MatchedRow] = []
    for row, instruction in pairs:
        if is_whole or _is_clear(grid, row, instruction):
            sure.append(MatchedRow(row, instruction, Confidence.MATCHED))
    return sure


def _is_clear(grid: _Grid, row: int, instruction: int) -> bool:
    """Whether all that fit as well as this pair stand for the same."""
    own_fits = grid.fits[row]
    least = own_fits[instruction]
    rival_rows = [fits for fits in grid.fits if fits[instruction] >= least]
    rival_lines = [at for at, fit in enumerate(own_fits) if fit >= least]
    texts = {grid.expected[at].instruction.line.text for at in rival_lines}
    return len(rival_rows) == len(rival_lines) and len(texts) == 1


def _all_needed(grid: _Grid, pairs: Pairs) -> bool:
    """Whether every instruction that must write a row has one."""
    matched = {instruction for _, instruction in pairs}
    return matched.issuperset(grid.needed)


def _between(
    grid: _Grid,
    sure: Sequence[MatchedRow],
    pairs: Pairs,
) -> list[MatchedRow]:
    """Rows between two pairs whose text nearly is that of the instruction in the same place
    between them.

    What fits something anywhere did not change, it was moved.
    """
    moved: set[int] = set()
    for fits in grid.fits:
        moved.update(at for at, fit in enumerate(fits) if fit)
    changed = [at for at in range(len(grid.expected)) if at not in moved]
    alone = [row for row, fits in enumerate(grid.fits) if not any(fits)]
    if not sure or len(alone) * len(changed) > _MOST_COMPARED:
        return []

    nearly = _Nearly(grid, alone, changed)
    counted = {instruction for _, instruction in pairs}
    counted.update(grid.needed)
    ends = [(pair.row, pair.instruction) for pair in sure]
    ends.append((len(grid.rows), len(grid.expected)))
    likely: list[MatchedRow] = []
    for (row, instruction), (next_row, next_instruction) in pairwise(ends):
        rows = range(row + 1, next_row)
        between = range(instruction + 1, next_instruction)
        lines = [at for at in between if at in counted]
        if len(rows) != len(lines):
            continue
        for place, line in zip(rows, lines, strict=True):
            if nearly.is_pair(place, line):
                likely.append(MatchedRow(place, line, Confidence.LIKELY))
    return likely


class _Nearly:
    """How alike rows and instructions are that fit nothing.

    Each pair must be the best for both of its sides.
    """

    def __init__(self, grid: _Grid, rows: Sequence[int], lines: Sequence[int]) -> None:
        self.rows = rows
        self.lines = lines
        self.alike: dict[tuple[int, int], float] = {}
        for row, line in product(rows, lines):
            likeness = _likeness(grid.rows[row], grid.expected[line])
            self.alike[row, line] = likeness

    def is_pair(self, row: int, line: int) -> bool:
        own = self.likeness(row, line)
        if own < _NEARLY:
            return False
        rivals = [self.likeness(row, at) for at in self.lines if at != line]
        rivals += [self.likeness(at, line) for at in self.rows if at != row]
        return own > max(rivals, default=0.0)

    def likeness(self, row: int, line: int) -> float:
        """How alike the two are; 0 where one of them fits something."""
        return self.alike.get((row, line), 0.0)


def _likeness(row: ReadRow, expected: Expected) -> float:
    """From 0 to 1: how many words both share (Dice's coefficient)."""
    if row.keyword != expected.keyword:
        return 0.0
    own_words = _first_words(row.keys)
    expected_words = _first_words(expected.keys)
    pairs = product(own_words, expected_words)
    return max((_shared(own, wanted) for own, wanted in pairs), default=0.0)


def _first_words(keys: frozenset[str]) -> list[Counter[str]]:
    """The words of some of the forms of a row: they are much alike."""
    few = sorted(keys)[:4]
    return list(map(_words, few))


def _words(text: str) -> Counter[str]:
    """The words after the keyword."""
    _, _, operands = text.partition(" ")
    return Counter(_WORDS.findall(operands, 0, _LONGEST))


def _shared(own: Counter[str], wanted: Counter[str]) -> float:
    both = (own & wanted).total()
    if both < _LEAST_SHARED:
        return 0.0
    total = own.total() + wanted.total()
    return 2 * both / total
