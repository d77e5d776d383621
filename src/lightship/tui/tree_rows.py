"""`Rows`: the lines of the tree as directories are opened and closed.

Only of opened ones are children looked at.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import compress

from lightship.record import record
from lightship.tui.filters import Criteria, let_through
from lightship.tui.node_index import ROOT, Index, Wasted
from lightship.tui.tree_view import NodeState, TreeView

# Nodes that a filter leaves, up to which their directories are opened
OPENED_AT_ONCE = 20_000
_WIDE = (
    40  # cells for the lines before a name, from which on each level takes four of them
)


@record(eq=False, frozen=False)
class Rows:
    """`nodes` and `depths` go by row; the root has no row.

    `last` says of a node whether it is its directory's last.

    `shown` has 1 for each node that the criteria let through, or is None where they let all
    through.
    """

    index: Index
    view: TreeView
    waste: Wasted | None
    criteria: Criteria
    by_size: bool
    opened: set[int]
    shown: bytearray | None
    nodes: array[int]
    depths: array[int]
    last: bytearray

    def __len__(self) -> int:
        return len(self.nodes)

    def children(self, node: int) -> list[int]:
        """Those that are shown, in order."""
        children = self._visible(node)
        paths = self.index.paths
        sizes = self.view.sizes
        if self.by_size:
            children.sort(key=lambda child: (-sizes[child], paths[child]))
        else:
            children.sort(key=paths.__getitem__)
        return children

    def _visible(self, node: int) -> list[int]:
        below = self.index.children.get(node, ())
        shown = self.shown
        states = self.view.states
        if shown is not None:
            return [child for child in below if shown[child]]
        return [child for child in below if 0 < states[child] < NodeState.GONE]

    def has_children(self, node: int) -> bool:
        """Whether it can be opened."""
        below = self.index.children.get(node, ())
        shown = self.shown
        states = self.view.states
        if shown is not None:
            return any(shown[child] for child in below)
        return any(0 < states[child] < NodeState.GONE for child in below)

    def is_open(self, row: int) -> bool:
        """Whether rows of what lies in it follow."""
        below = row + 1
        return below < len(self.nodes) and self.depths[below] > self.depths[row]

    def open(self, row: int) -> bool:
        """Show what lies in a directory; false where there is nothing, or it is shown."""
        node = self.nodes[row]
        if self.is_open(row) or not self.has_children(node):
            return False

        self.opened.add(node)
        nodes, depths = self._below(node, self.depths[row] + 1)
        below = row + 1
        self.nodes[below:below] = nodes
        self.depths[below:below] = depths
        return True

    def close(self, row: int) -> bool:
        """Hide what lies in a directory."""
        below = row + 1
        depth = self.depths[row]
        end = below
        while end < len(self.nodes) and self.depths[end] > depth:
            end += 1

        self.opened.discard(self.nodes[row])
        del self.nodes[below:end]
        del self.depths[below:end]
        return end > below

    def lay_out(self) -> None:
        """All rows, from scratch."""
        self.nodes, self.depths = self._below(ROOT, 0)

    def _below(self, top: int, depth: int) -> tuple[array[int], array[int]]:
        """The rows below a node; a stack, since a tree may be thousands of levels deep."""
        nodes = array("I")
        depths = array("I")
        waiting = [self._marked_children(top)]
        while waiting:
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
                continue
            nodes.append(child)
            depths.append(depth + len(waiting) - 1)
            if child in self.opened:
                waiting.append(self._marked_children(child))
        return nodes, depths

    def _marked_children(self, node: int) -> Iterator[int]:
        """The children, of which the last is marked as such."""
        children = self.children(node)
        for child in children:
            self.last[child] = 0
        if children:
            self.last[children[-1]] = 1
        return iter(children)

    def open_largest(self, most: int) -> None:
        """Open the largest directories as long as there are no more than `most` rows."""
        while True:
            room = most - len(self.nodes)
            closed = [row for row in range(len(self.nodes)) if self._fits(row, room)]
            closed.sort(key=lambda row: -self.view.sizes[self.nodes[row]])
            if not any(self.open(row) for row in closed):
                return

    def _fits(self, row: int, room: int) -> bool:
        """Whether a row is a closed directory with at most `room` children."""
        if self.is_open(row):
            return False
        children = self.index.children.get(self.nodes[row], ())
        return 0 < len(children) <= room

    def row_of(self, node: int) -> int:
        """The row of a node, or of the nearest directory above it that has one.

        0 where none has.
        """
        steps: dict[int, int] = {}  # up to a directory
        while node != ROOT:
            steps[node] = len(steps)
            node = self.index.parents[node]

        known = [(steps[at], row) for row, at in enumerate(self.nodes) if at in steps]
        _, nearest = min(known, default=(0, 0))
        return nearest

    def parent_row(self, row: int) -> int:
        """The row of the directory that a row lies in; the row itself at the top."""
        depth = self.depths[row]
        at = row
        while at >= 0 and self.depths[at] >= depth:
            at -= 1
        return at if at >= 0 else row

    def guides(self, row: int, room: int) -> str:
        """The lines that lead to a name: `│   ├── `, or `│ ├ ` where there is little room.

        In at most `room` cells. Of a row that lies too deep for that the outermost levels are
        counted: `…12 │ ├ `.
        """
        node = self.nodes[row]
        depth = self.depths[row]
        signs = _SIGNS if room >= _WIDE else _NARROW_SIGNS
        counted, drawn = _levels(depth + 1, room, len(signs.end))

        parts = [signs.last if self.last[node] else signs.end]
        for _ in range(drawn - 1):
            node = self.index.parents[node]
            parts.append(signs.none if self.last[node] else signs.on)
        parts.append(f"…{counted} " if counted else "")
        return "".join(reversed(parts))


@record
class _Signs:
    """What is drawn for a level: before a name, before the last one, and further to the left."""

    end: str
    last: str
    on: str
    none: str


_SIGNS = _Signs("├── ", "└── ", "│   ", "    ")
_NARROW_SIGNS = _Signs("├ ", "└ ", "│ ", "  ")


def _levels(levels: int, room: int, cells: int) -> tuple[int, int]:
    """How many levels are counted only, and how many are drawn, at least one."""
    if levels * cells <= room:
        return 0, levels
    sign = len(f"…{levels} ")
    drawn = max((room - sign) // cells, 1)
    return levels - drawn, drawn


def rows_of(
    index: Index,
    view: TreeView,
    waste: Wasted | None,
    criteria: Criteria,
    by_size: bool,
    opened: set[int],
) -> Rows:
    """The rows of a view; a filter that leaves few opens their directories."""
    is_all = not criteria.hidden and not criteria.is_narrow
    shown = None if is_all else let_through(index, view, waste, criteria)
    if shown is not None and criteria.is_narrow and sum(shown) <= OPENED_AT_ONCE:
        nodes = range(len(shown))
        opened = opened | {index.parents[node] for node in compress(nodes, shown)}

    rows = Rows(
        index,
        view,
        waste,
        criteria,
        by_size,
        opened,
        shown,
        array("I"),
        array("I"),
        bytearray(len(index.paths)),
    )
    rows.lay_out()
    return rows
