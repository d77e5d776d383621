"""`ScreenRoom`: which part of a terminal each pane takes.

A narrow one shows one pane at a time, since two would leave neither room for a name.
"""

from __future__ import annotations

from lightship.record import record

SINGLE = 70  # columns, below which one pane is shown at a time
LOW = 30  # rows, below which the image is told in the top line alone
_LEFT = 42  # percent
_BORDER = 1
_SCROLLBAR = 1
_EDGE = 1  # beside a line, on each side
_LINES = 6  # above and below the panes: tabs, the four of an entry, keys
_DETAILS = 45  # percent of the left pane's rows, unless the list leaves more


@record
class ScreenRoom:
    """The columns and rows of a terminal, and what of them a pane has."""

    width: int
    height: int

    @property
    def is_single(self) -> bool:
        """Whether only the pane that has the keys is shown."""
        return self.width < SINGLE

    @property
    def is_low(self) -> bool:
        """Whether there are few rows."""
        return self.height < LOW

    @property
    def left(self) -> int:
        """Columns of the lists."""
        return self.width if self.is_single else self.width * _LEFT // 100

    @property
    def right(self) -> int:
        """Columns of the tree, without the line between the panes."""
        return self.width if self.is_single else self.width - self.left - _BORDER

    @property
    def list_row(self) -> int:
        """Cells of a row of a list, beside the scrollbar that it may have."""
        return self.left - _SCROLLBAR

    @property
    def tree_row(self) -> int:
        """Cells of a row of the tree, beside the scrollbar that it may have."""
        return self.right - _SCROLLBAR

    @property
    def details(self) -> int:
        """Cells of a line of the details."""
        return self.left - _SCROLLBAR - 2 * _EDGE

    @property
    def line(self) -> int:
        """Cells of a line over all columns."""
        return self.width - 2 * _EDGE

    def details_rows(self, listed: int) -> int:
        """The rows that details may take below a list of so many."""
        rows = self.height - _LINES
        share = rows * _DETAILS // 100
        heading = 1
        left_over = rows - heading - listed if self.is_low else 0
        return max(share, left_over, 1)
