"""`Index`: every path that some layer has, as a number.

A node's parent has the smaller number, so that one pass from the end sums directories and one from
the start hands down. It is built once for an image; what a layer shows of it is a `View`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from lightship.image.stack import Stack
from lightship.image.waste import Waste
from lightship.record import record

ROOT = 0


@record(eq=False)
class Index:
    """Columns go by node: `paths`, `parents` (the root's is itself).

    `children` has those of each node that has any.

    `of[layer][index]` is the node of an entry; `nodes` that of a path. `owner_width` is how many
    columns the longest `uid:gid` takes.
    """

    stack: Stack
    paths: list[bytes]
    parents: array[int]
    children: dict[int, list[int]]
    of: tuple[array[int], ...]
    nodes: dict[bytes, int]
    owner_width: int

    def name(self, node: int) -> bytes:
        """The last part of its path; of the root nothing."""
        return self.paths[node].rpartition(b"/")[2]


@record(eq=False)
class Wasted:
    """Waste by node.

    `own` has the bytes of its path in all layers, `below` with those of all that lies below it.

    `items` has what was wasted at a path, the lowest layer first; `order` the nodes that hold any,
    the most first; `layers` how much each layer ships.
    """

    own: array[int]
    below: array[int]
    items: dict[int, list[Waste]]
    order: list[int]
    layers: list[int]


def index_of(stack: Stack) -> Index:
    """The nodes of all layers.

    Time grows with their entries, and the parts of paths that no layer names.
    """
    growing = _Growing()
    columns: list[array[int]] = []
    widest = 0
    for scan in stack.scans:
        if scan is None:
            columns.append(array("I"))
            continue
        columns.append(growing.column(scan.paths))
        widths = [len(f"{uid}:{gid}") for _, uid, gid in scan.owners]
        widest = max([widest, *widths])
    return Index(
        stack,
        list(growing.nodes),
        growing.parents,
        growing.children,
        tuple(columns),
        growing.nodes,
        widest,
    )


class _Growing:
    def __init__(self) -> None:
        self.nodes: dict[bytes, int] = {b"": ROOT}
        self.parents = array("I", (ROOT,))
        self.children: dict[int, list[int]] = {}

    def column(self, paths: Iterable[bytes]) -> array[int]:
        """The node of each path of a layer."""
        nodes = self.nodes
        parents = self.parents
        column = array("I")
        # The directory of the new path before, which mostly is that of the next
        last: bytes | None = None
        parent = ROOT
        siblings: list[int] = []
        for path in paths:
            node = nodes.get(path)
            if node is None:
                above = path.rpartition(b"/")[0]
                if above != last:
                    last = above
                    parent = self._directory(above)
                    siblings = self.children.setdefault(parent, [])
                node = nodes[path] = len(parents)
                parents.append(parent)
                siblings.append(node)
            column.append(node)
        return column

    def _directory(self, path: bytes) -> int:
        """The node of a directory, which no layer may name.

        A loop, since a path may have thousands of parts.
        """
        missing = []
        while (node := self.nodes.get(path)) is None:
            missing.append(path)
            path = path.rpartition(b"/")[0]
        for path in reversed(missing):
            parent = node
            node = len(self.parents)
            self.nodes[path] = node
            self.parents.append(parent)
            self.children.setdefault(parent, []).append(node)
        return node


def wasted(index: Index, waste: Iterable[Waste]) -> Wasted:
    """Waste laid upon the nodes."""
    own = array("Q", bytes(8 * len(index.paths)))
    items: dict[int, list[Waste]] = {}
    layers = [0] * len(index.of)
    for item in waste:
        node = index.of[item.layer][item.entry]
        own[node] += item.size
        layers[item.layer] += item.size
        items.setdefault(node, []).append(item)

    below = array("Q", own)
    parents = index.parents
    for node in range(len(below) - 1, ROOT, -1):
        if below[node]:
            below[parents[node]] += below[node]

    order = sorted(items, key=lambda node: -own[node])
    return Wasted(own, below, items, order, layers)
