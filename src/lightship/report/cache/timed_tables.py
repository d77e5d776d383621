"""Tables of Markdown in which a column of times is left out where no time is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.report.kit.markdown import code, table
from lightship.report.kit.rows import cut
from lightship.wording.durations import duration

_CELL = 90  # characters of an instruction or a path
NUMBERS = frozenset(
    ("line", "rebuilt", "of commits", "commits", "steps", "time", "before", "after")
)


def timed_table(
    head: Sequence[str],
    rows: Iterable[Iterable[str]],
    *,
    timed: bool = True,
) -> Iterator[str]:
    """A table; without its column of times where none is known."""
    if timed or "time" not in head:
        yield from table(head, rows, NUMBERS)
        return
    column = head.index("time")
    kept_head = _without(head, column)
    kept_rows = [_without(tuple(row), column) for row in rows]
    yield from table(kept_head, kept_rows, NUMBERS)


def _without(cells: Sequence[str], column: int) -> Sequence[str]:
    return (*cells[:column], *cells[column + 1 :])


def time(seconds: float | None) -> str:
    """Seconds in a cell; empty where they are not known."""
    return "" if seconds is None else duration(seconds)


def short(words: str) -> str:
    """The start of an instruction, as code."""
    return code(cut(words, _CELL))
