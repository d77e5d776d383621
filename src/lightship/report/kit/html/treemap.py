"""The nodes of a treemap: the largest files and directories, and a node for the rest of each.

An image has up to millions of files, and a page draws some thousands of boxes. A directory is at
least as large as what is in it, so that the largest nodes of all always hang together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import nlargest
from typing import Any, NamedTuple

from lightship.record import record
from lightship.report.kit.html.largest_shares import Amounts, largest_shares, taken_off
from lightship.report.kit.html.page_text import shown

MOST = 1200  # nodes of a tree, but for those that stand for the rest of a directory
DEEPEST = 12  # what lies deeper hangs in the directory of that depth: names have thousands of parts
_COLUMNS = ("label", "parent", "seen", "wasted", "differing")
_ORIGIN_COLUMNS = ("layers", "packages")  # where owners are known
_LABEL = 120  # characters

Row = tuple[int | str, int, int, int, int]


class Content(NamedTuple):
    """The content of a regular file that is not empty.

    `size` bytes that layer `layer` wrote at `path`, as its entry number `place`. `wasted` as
    waste.py defines it. Where only a hard link is left of it, `path` is that link's.
    """

    size: int
    path: bytes
    layer: int
    place: int
    wasted: bool


class Counted(NamedTuple):
    """A content, whether it differs from another image's, and the number of its package.

    `owner` is -1 where no package has it, and None where nobody looked.
    """

    content: Content
    differs: bool = False
    owner: int | None = None


Key = Callable[[Content], bytes]  # a path that says where in the tree a content hangs


@record
class MapView:
    """A way to lay contents out.

    `key` says where a content hangs, `label` how its last part is called, `fixed` how many levels
    the root has no directories below it.
    """

    name: str
    key: Key
    label: Callable[[bytes], str]
    fixed: int = 0


@record(frozen=False)
class Sum:
    """Bytes that are seen, bytes that are waste, bytes that differ; how many contents.

    Bytes that a comparison found to differ are among those that are seen.
    """

    seen: int = 0
    wasted: int = 0
    differing: int = 0
    count: int = 0

    @property
    def size(self) -> int:
        return self.seen + self.wasted

    def add(self, other: Sum) -> None:
        self.seen += other.seen
        self.wasted += other.wasted
        self.differing += other.differing
        self.count += other.count

    def remove(self, other: Sum) -> None:
        self.seen -= other.seen
        self.wasted -= other.wasted
        self.differing -= other.differing
        self.count -= other.count

    def add_content(self, content: Content, differs: bool) -> None:
        self.count += 1
        if content.wasted:
            self.wasted += content.size
            return
        self.seen += content.size
        if differs:
            self.differing += content.size


class Node(NamedTuple):
    """A directory, or a file, which may have the same path."""

    path: bytes
    is_file: bool


class Folders:
    """The sums of all directories of a view, which grow with each content."""

    def __init__(self, view: MapView) -> None:
        self.view = view
        self._own: dict[bytes, Sum] = {}
        self._origins: dict[bytes, Amounts] = {}

    def add(self, counted: Counted) -> None:
        content = counted.content
        folder = self.view.key(content).rpartition(b"/")[0]
        known = self._own.get(folder)
        if known is None:
            known = self._own[folder] = Sum()
        known.add_content(content, counted.differs)
        if counted.owner is not None:
            _add_origin(self._origins.setdefault(folder, {}), counted)

    def origins(self, nodes: Iterable[Node]) -> dict[Node, Amounts]:
        """Of each of these directories, whose the bytes below it are."""
        found: dict[Node, Amounts] = {node: {} for node in nodes if not node.is_file}
        for folder, amounts in self._origins.items():
            for above in _upwards(folder):
                known = found.get(Node(above, is_file=False))
                if known is None:
                    continue
                for origin, amount in amounts.items():
                    known[origin] = known.get(origin, 0) + amount
        return found

    def totals(self) -> dict[bytes, Sum]:
        """Each directory with all below it; what is too deep counts for the one above it."""
        totals = {b"": Sum()}
        for folder, amount in self._own.items():
            for above in _upwards(folder):
                totals.setdefault(above, Sum()).add(amount)
        return totals


def _add_origin(amounts: Amounts, counted: Counted) -> None:
    owner = -1 if counted.owner is None else counted.owner
    origin = counted.content.layer, owner
    amounts[origin] = amounts.get(origin, 0) + counted.content.size


def _upwards(folder: bytes) -> Iterator[bytes]:
    """The root, and each directory on the way to `folder`."""
    yield b""
    if not folder:
        return
    parts = folder.split(b"/", DEEPEST)[:DEEPEST]
    for depth in range(1, len(parts) + 1):
        yield b"/".join(parts[:depth])


def columns(folders: Folders, largest: Iterable[Counted]) -> dict[str, list[Any]]:
    """The nodes of a view in columns: label, place of the parent (-1: the root) and the three sums.

    What is not shown of a directory has for its label how many contents that is. `largest` are the
    contents that may be nodes of their own. Where owners are known, two more columns have the
    layers and the packages of a node, as `largest_shares` says.
    """
    view = folders.view
    files: dict[bytes, Sum] = {}
    owned: dict[bytes, Amounts] = {}
    for counted in largest:
        key = view.key(counted.content)
        amount = files.setdefault(key, Sum())
        amount.add_content(counted.content, counted.differs)
        if counted.owner is not None:
            _add_origin(owned.setdefault(key, {}), counted)

    tree = _NodeTree(view, _chosen(folders.totals(), files))
    rows = [*tree.rows(), *tree.rests()]
    made = _turned(_COLUMNS, rows)
    if owned:
        origins = folders.origins(tree.chosen)
        for path, amounts in owned.items():
            origins[Node(path, is_file=True)] = amounts
        made |= _turned(_ORIGIN_COLUMNS, list(tree.shares(origins)))
    return made


def _turned(names: tuple[str, ...], rows: list[Any]) -> dict[str, list[Any]]:
    """Rows as columns by their names."""
    turned = map(list, zip(*rows, strict=True))
    return dict(zip(names, turned, strict=True))


def _chosen(totals: dict[bytes, Sum], files: dict[bytes, Sum]) -> dict[Node, Sum]:
    """The largest nodes; of two that are as large, the one above is before the one in it."""
    nodes: dict[Node, Sum] = {}
    for path, amount in totals.items():
        nodes[Node(path, is_file=False)] = amount
    for path, amount in files.items():
        nodes[Node(path, is_file=True)] = amount

    def rank(node: Node) -> tuple[int, int]:
        return nodes[node].size, -_depth(node)

    largest = nlargest(MOST, nodes, key=rank)
    return {node: nodes[node] for node in largest}


def _is_root(node: Node) -> bool:
    return not node.path and not node.is_file


def _depth(node: Node) -> int:
    if _is_root(node):
        return 0
    slashes = node.path.count(b"/")
    return min(slashes, DEEPEST) + 1


def _above(node: Node) -> Node | None:
    """The directory that a node hangs in; None for the root."""
    if _is_root(node):
        return None
    parts = node.path.split(b"/", DEEPEST)
    return Node(b"/".join(parts[:-1]), is_file=False)


class _NodeTree:
    """The chosen nodes.

    A directory that holds another one and no more is a passage: it is shown in the label of that
    one alone.
    """

    def __init__(self, view: MapView, chosen: dict[Node, Sum]) -> None:
        self.view = view
        self.chosen = chosen
        self.inside: dict[Node, list[Node]] = {}
        for node in chosen:
            above = _above(node)
            if above:
                self.inside.setdefault(above, []).append(node)

        self.shown = [node for node in chosen if not self._is_passage(node)]
        self.places = {node: place for place, node in enumerate(self.shown)}

    def rows(self) -> Iterator[Row]:
        for node in self.shown:
            parent, label = self._hung(node)
            yield _row(label, parent, self.chosen[node])

    def rests(self) -> Iterator[Row]:
        """For each directory of which something is a node, what is not."""
        for node in self._with_rest():
            rest = self._rest(node)
            yield _row(rest.count, self.places[node], rest)

    def shares(self, origins: dict[Node, Amounts]) -> Iterator[tuple[list[int], ...]]:
        """The layers and the packages of each row, in the order of `rows` and `rests`."""
        for node in self.shown:
            yield largest_shares(origins[node])
        for node in self._with_rest():
            inside = [origins[child] for child in self.inside[node]]
            yield largest_shares(taken_off(origins[node], inside))

    def _with_rest(self) -> Iterator[Node]:
        return (
            node for node in self.shown if node in self.inside and self._rest(node).size
        )

    def _rest(self, node: Node) -> Sum:
        rest = Sum()
        rest.add(self.chosen[node])
        for child in self.inside.get(node, ()):
            rest.remove(self.chosen[child])
        return rest

    def _is_passage(self, node: Node) -> bool:
        children = self.inside.get(node, ())
        if len(children) != 1 or children[0].is_file:
            return False
        if _depth(node) <= self.view.fixed:
            return False
        return not self._rest(node).size

    def _hung(self, node: Node) -> tuple[int, str]:
        """The place of the node above that is shown, and the label with those between."""
        label = self._label(node)
        above = _above(node)
        while above and above not in self.places:
            label = f"{self._label(above)}/{label}"
            above = _above(above)
        place = self.places[above] if above else -1
        return place, label

    def _label(self, node: Node) -> str:
        return shown(self.view.label(node.path), _LABEL)


def _row(label: int | str, parent: int, amount: Sum) -> Row:
    return label, parent, amount.seen, amount.wasted, amount.differing
