"""Strips: what became of a step in each commit, a character for each or for several."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lightship.cache.replay.results import Fate
from lightship.report.kit.bars import LEVELS
from lightship.report.kit.paint import DIM, RED, YELLOW, Coloured, paint

HIT, FAILED, SKIPPED, ABSENT = "·", "!", "-", " "
_COLOURS = {HIT: DIM, SKIPPED: DIM, FAILED: RED}
_LOUD = len(LEVELS) // 2


def strip(fates: str, width: int) -> str:
    """The fates of all commits in at most `width` characters, oldest left.

    A column is as high as the share of its commits that rebuilt the step, among those that have
    built it: `█` for all of them, `·` for none. One that nothing was built in is `!` where a build
    failed here, `-` where it failed before, and blank where there was no such step.
    """
    return "".join(map(_column, _parts(fates, width)))


def _parts(fates: str, width: int) -> Iterator[str]:
    """The fates in that number of parts, whose lengths differ by at most one."""
    commits = len(fates)
    columns = max(min(width, commits), 0)
    for column in range(columns):
        start = column * commits // columns
        end = (column + 1) * commits // columns
        yield fates[start:end]


def _column(fates: str) -> str:
    missed = fates.count(Fate.MISS)
    built = missed + fates.count(Fate.HIT)
    if missed:
        return _level(missed, built)
    if Fate.FAILED in fates:
        return FAILED
    if built:
        return HIT
    return SKIPPED if Fate.SKIPPED in fates else ABSENT


def _level(part: int, whole: int) -> str:
    """The column of a share: full only where it is all, and never empty."""
    height = len(LEVELS) * part // whole
    is_exact = len(LEVELS) * part % whole == 0
    if is_exact:
        height -= 1
    return LEVELS[height]


def painted(columns: str, style: Coloured) -> str:
    """A strip in colours: what is rebuilt by half of a column's commits or more is loud."""
    painted_groups: list[str] = []
    for colour, group in groupby(columns, _colour):
        text = "".join(group)
        painted_groups.append(paint(text, colour, style))
    return "".join(painted_groups)


def _colour(column: str) -> str:
    if column not in LEVELS:
        return _COLOURS.get(column, DIM)
    is_loud = LEVELS.index(column) >= _LOUD
    return RED if is_loud else YELLOW
