"""Strips: what became of a step in each commit, a character for each, or for several where there is no room."""

from __future__ import annotations

from itertools import groupby

from lightship.cache.replay.results import Fate
from lightship.report.kit.bars import LEVELS
from lightship.report.kit.paint import DIM, RED, YELLOW, Coloured, paint

HIT, FAILED, SKIPPED, ABSENT = "·", "!", "-", " "
_PAINT = {HIT: DIM, SKIPPED: DIM, FAILED: RED}


def strip(fates: str, width: int) -> str:
    """The fates of all commits in at most `width` characters, oldest left.

    A column is as high as the share of its commits that rebuilt the step, among those that have built it: `█` for all
    of them, `·` for none. One that nothing was built in is `!` where a build failed here, `-` where it failed before,
    and blank where there was no such step.
    """
    columns = max(min(width, len(fates)), 0)
    return "".join(
        _column(fates[at * len(fates) // columns : (at + 1) * len(fates) // columns])
        for at in range(columns)
    )


def _column(fates: str) -> str:
    missed = fates.count(Fate.MISS)
    built = missed + fates.count(Fate.HIT)
    if missed:
        return LEVELS[max(-(-len(LEVELS) * missed // built), 1) - 1]
    if Fate.FAILED in fates:
        return FAILED
    return HIT if built else SKIPPED if Fate.SKIPPED in fates else ABSENT


def painted(columns: str, style: Coloured) -> str:
    """A strip in colours: what is rebuilt by half of a column's commits or more is loud."""
    groups = ("".join(group) for _, group in groupby(columns, _code))
    return "".join(paint(group, _code(group[0]), style) for group in groups)


def _code(char: str) -> str:
    if char in LEVELS:
        return RED if LEVELS.index(char) >= len(LEVELS) // 2 else YELLOW
    return _PAINT.get(char, DIM)
