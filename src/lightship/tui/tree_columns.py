"""`TreeColumns`: what stands beside the names of the tree, as far as there is room.

Names come first, and the others give way one after the other.
"""

from __future__ import annotations

from dataclasses import replace

from lightship.record import record

NAMES = 24  # cells of the column of names, at the least
EASY = 32  # cells that names keep where a column is shown that nobody asked for
NAME = 16  # cells of a name itself, at the least: the lines that lead to it give way
OWNER_MOST = (
    11  # `65534:65534`; of a longer one the numbers that have no room are left out
)
MARK = 2  # cells before the first column
_GAP = 2  # cells between the last column and the names


@record
class TreeColumn:
    """A column that may give way; `cells` is its width with the space before it."""

    name: str
    heading: str
    cells: int


@record
class Priorities:
    """The names of columns, of which the first gives way last.

    The first `asked` of them are shown wherever names keep NAMES cells, the others where they keep
    EASY.
    """

    names: tuple[str, ...]
    asked: int = 1


_MODE = TreeColumn("mode", "Mode", 11)
_OWNER = TreeColumn("owner", "Owner", 6)
_SIZE = TreeColumn("size", "Size", 9)
_WASTE = TreeColumn("waste", "Waste", 9)
_FROM_THE_LEFT = (_MODE, _OWNER, _SIZE, _WASTE)

AUTOMATIC = Priorities(("size", "waste", "mode", "owner"))
WASTED = Priorities(("waste", "size", "mode", "owner"))  # where only waste is shown
ATTRIBUTES = Priorities(("mode", "owner", "size", "waste"), asked=2)


def priorities(attributes: bool | None, *, wasted: bool) -> Priorities:
    """What gives way for what.

    `attributes` says whether the user asked for mode and owner, and is None where nobody did.
    """
    if attributes:
        return ATTRIBUTES
    usual = WASTED if wasted else AUTOMATIC
    return usual if attributes is None else replace(usual, names=usual.names[:2])


@record
class TreeColumns:
    """The columns that are shown, from the left, and the cells that are left for names."""

    shown: tuple[TreeColumn, ...]
    names: int

    @property
    def head(self) -> int:
        """Cells before the names."""
        return MARK + sum(column.cells for column in self.shown) + _GAP

    @property
    def guides(self) -> int:
        """Cells that the lines before a name may take: half, and less where that is little."""
        return min(self.names // 2, self.names - NAME)

    def has(self, name: str) -> bool:
        """Whether a column is shown."""
        return any(column.name == name for column in self.shown)


def tree_columns(room: int, owner: int, wanted: Priorities) -> TreeColumns:
    """The columns of a row of `room` cells; `owner` are those of the longest `uid:gid`."""
    known = {column.name: column for column in _as_wide_as(owner)}
    names = room - MARK - _GAP
    shown: set[str] = set()
    for place, name in enumerate(wanted.names):
        cells = known[name].cells
        if names - cells < (NAMES if place < wanted.asked else EASY):
            break
        shown.add(name)
        names -= cells
    columns = (column for column in known.values() if column.name in shown)
    return TreeColumns(tuple(columns), names)


def _as_wide_as(owner: int) -> tuple[TreeColumn, ...]:
    """All columns, of which that of owners has room for the longest, but for a very long one."""
    cells = 1 + min(max(owner, len(_OWNER.heading)), OWNER_MOST)
    return tuple(
        replace(column, cells=cells) if column is _OWNER else column
        for column in _FROM_THE_LEFT
    )
