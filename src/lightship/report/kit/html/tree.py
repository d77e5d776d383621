"""The nodes of a treemap: the largest files and directories, and one node for the rest of each directory.

An image has up to millions of files, and a page draws some thousands of boxes. A directory is at least as large as
what is in it, so that the largest nodes of all always hang together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import nlargest
from typing import Any, NamedTuple

from lightship.record import record
from lightship.report.kit.html.text import shown

MOST = 1200  # nodes of a tree, but for those that stand for the rest of a directory
DEEPEST = 12  # what lies deeper hangs in the directory of that depth, since a name may have thousands of parts
_LABEL = 120  # characters


class Content(NamedTuple):
    """The content of a regular file that is not empty: `size` bytes that layer `layer` wrote at `path`, as its
    entry number `place`.

    `wasted` as waste.py defines it. Where only a hard link is left of it, `path` is that link's.
    """

    size: int
    path: bytes
    layer: int
    place: int
    wasted: bool


Key = Callable[[Content], bytes]  # a path that says where in the tree a content hangs


@record
class View:
    """A way to lay an image out: `key` says where a content hangs, `label` how its last part is called."""

    name: str
    key: Key
    label: Callable[[bytes], str]
    fixed: int = 0  # levels below the root that are no directories


@record(frozen=False)
class Sum:
    """Bytes that are seen, bytes that are waste, bytes that a comparison found to differ; how many contents."""

    seen: int = 0
    wasted: int = 0
    differing: int = 0
    count: int = 0

    def add(self, other: Sum) -> None:
        self.seen += other.seen
        self.wasted += other.wasted
        self.differing += other.differing
        self.count += other.count

    def add_content(self, content: Content, differs: bool) -> None:
        self.count += 1
        if content.wasted:
            self.wasted += content.size
        else:
            self.seen += content.size
            self.differing += content.size if differs else 0


class Node(NamedTuple):
    """A directory, or a file, which may have the same path."""

    path: bytes
    is_file: bool


class Folders:
    """The sums of all directories of a view, which grow with each content."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._own: dict[bytes, Sum] = {}

    def add(self, content: Content, differs: bool) -> None:
        folder = self.view.key(content).rpartition(b"/")[0]
        known = self._own.get(folder)
        if known is None:
            known = self._own[folder] = Sum()
        known.add_content(content, differs)

    def totals(self) -> dict[bytes, Sum]:
        """Each directory with all below it; those that are too deep count for the one above them."""
        found: dict[bytes, Sum] = {b"": Sum()}
        for folder, amount in self._own.items():
            parts = folder.split(b"/", DEEPEST)[:DEEPEST] if folder else []
            for depth in range(len(parts) + 1):
                found.setdefault(b"/".join(parts[:depth]), Sum()).add(amount)
        return found


def columns(
    folders: Folders, largest: Iterable[tuple[Content, bool]]
) -> dict[str, list[Any]]:
    """The nodes of a view in columns: label, place of the parent (-1: the root) and the three sums.

    What is not shown of a directory has for its label how many contents that is.
    `largest` are the contents that may be nodes of their own, and whether they differ from another image's.
    """
    totals = folders.totals()
    files: dict[bytes, Sum] = {}
    for content, differs in largest:
        files.setdefault(folders.view.key(content), Sum()).add_content(content, differs)
    tree = _Tree(folders.view, _chosen(totals, files))
    rows = [*tree.rows(), *tree.rests()]
    names = ("label", "parent", "seen", "wasted", "differing")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _chosen(totals: dict[bytes, Sum], files: dict[bytes, Sum]) -> dict[Node, Sum]:
    """The largest nodes; of two that are as large, the one above is before the one in it."""
    nodes = {Node(path, is_file=False): amount for path, amount in totals.items()}
    nodes |= {Node(path, is_file=True): amount for path, amount in files.items()}

    def rank(node: Node) -> tuple[int, int]:
        return nodes[node].seen + nodes[node].wasted, -_depth(node)

    return {node: nodes[node] for node in nlargest(MOST, nodes, key=rank)}


def _depth(node: Node) -> int:
    return min(node.path.count(b"/"), DEEPEST) + 1 if node.path or node.is_file else 0


def _above(node: Node) -> Node | None:
    """The directory that a node hangs in; None for the root."""
    if not node.path and not node.is_file:
        return None
    parts = node.path.split(b"/", DEEPEST)
    return Node(b"/".join(parts[:-1]), is_file=False)


class _Tree:
    """The chosen nodes. A directory that holds another and no more is shown in the name of that one alone."""

    def __init__(self, view: View, chosen: dict[Node, Sum]) -> None:
        self.view, self.chosen = view, chosen
        self.inside: dict[Node, list[Node]] = {}
        for node in chosen:
            above = _above(node)
            if above:
                self.inside.setdefault(above, []).append(node)
        self.shown = [node for node in chosen if not self._is_passage(node)]
        self.places = {node: place for place, node in enumerate(self.shown)}

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for node in self.shown:
            amount, (parent, label) = self.chosen[node], self._hung(node)
            yield label, parent, amount.seen, amount.wasted, amount.differing

    def rests(self) -> Iterator[tuple[Any, ...]]:
        """For each directory of which something is a node, what is not."""
        for node in self.shown:
            rest = self._rest(node)
            if node in self.inside and rest.seen + rest.wasted:
                yield (
                    rest.count,
                    self.places[node],
                    rest.seen,
                    rest.wasted,
                    rest.differing,
                )

    def _rest(self, node: Node) -> Sum:
        whole = self.chosen[node]
        rest = Sum(whole.seen, whole.wasted, whole.differing, whole.count)
        for child in self.inside.get(node, ()):
            part = self.chosen[child]
            rest.add(Sum(-part.seen, -part.wasted, -part.differing, -part.count))
        return rest

    def _is_passage(self, node: Node) -> bool:
        children = self.inside.get(node, ())
        if len(children) != 1 or children[0].is_file or _depth(node) <= self.view.fixed:
            return False
        rest = self._rest(node)
        return not rest.seen + rest.wasted

    def _hung(self, node: Node) -> tuple[int, str]:
        """The place of the node above that is shown, and the label with the names of those between."""
        label = shown(self.view.label(node.path), _LABEL)
        above = _above(node)
        while above and above not in self.places:
            label = f"{shown(self.view.label(above.path), _LABEL)}/{label}"
            above = _above(above)
        return (self.places[above] if above else -1), label
