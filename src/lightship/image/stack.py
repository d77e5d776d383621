"""`Stack`: the layers laid upon one another, and what becomes of each entry.

The rules are those of the OCI image-spec, layer.md, "Applying Changesets": a layer's whiteouts act
first and only upon the layers below it; a directory on a directory changes its attributes alone;
anything else replaces what was there, with all below it. A parent that no layer has is a
directory. Of one path twice in a layer, which the specification forbids, the last counts.

Where an entry's parent is a symbolic link that the same layer has before it, the entry lies where
the link leads, since engines unpack a layer into a directory; its path in the Scan becomes that.
A link of a layer below is replaced by a directory: an engine unpacks each layer by itself.

An entry lives from its layer to the layer `gone` that ends it. So every question (what is in the
tree after layer 3, what did layer 5 add, what is waste) is a look at columns; no tree is copied.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

from lightship.image.read_limits import over
from lightship.image.scan import EntryKind, Scan
from lightship.image.symlinks import real_path
from lightship.record import record

NEVER = 0xFFFF  # in `gone`: seen in the final image
_DIRECTORY, _FILE, _LINK, _SYMLINK = (
    int(EntryKind.DIRECTORY),
    int(EntryKind.FILE),
    int(EntryKind.LINK),
    int(EntryKind.SYMLINK),
)
_NODE = 200  # bytes that a directory takes beside its path
# A reference to an entry is `layer << 32 | index`, in an array
_LAYER, _INDEX = (
    32,
    0xFFFFFFFF,
)


class EndReason(IntEnum):
    """Why an entry is not seen any more."""

    NONE = 0
    OVERWRITTEN = 1  # a later layer has the path again
    REMOVED = 2  # a whiteout of it, or of a directory above it
    HIDDEN = 3  # an opaque whiteout of a directory above it
    REPLACED = 4  # it, or a directory above it, became something of another type
    REPEATED = 5  # the same layer has the path again


@record(eq=False)
class Stack:
    """The layers of an image and the fate of their entries.

    Columns go by layer, then as the Scan's.

    `scans` has None for a layer that is absent. `gone[layer][index]` is the layer that ended the
    entry, or NEVER; `why` is the EndReason. `before` is a reference (`reference` splits it) to the
    entry that this one took the place of, or -1. `missed` are whiteouts of paths that were not
    there: (layer, path). `linked` has the hard links of a file, `files` the file of a hard link,
    all as references.
    """

    scans: tuple[Scan | None, ...]
    gone: tuple[array[int], ...]
    why: tuple[bytearray, ...]
    before: tuple[array[int], ...]
    missed: tuple[tuple[int, bytes], ...]
    linked: dict[int, list[int]]
    files: dict[int, int]

    def scan(self, layer: int) -> Scan:
        """The Scan of a layer that has entries."""
        found = self.scans[layer]
        assert found is not None
        return found

    def seen(self, layer: int | None = None) -> Iterator[tuple[int, int]]:
        """The (layer, index) of all entries of the tree after a layer.

        Of the final tree without one.
        """
        top = len(self.scans) - 1 if layer is None else layer
        for at, gone in enumerate(self.gone[: top + 1]):
            for index, end in enumerate(gone):
                if end > top:
                    yield at, index

    def paths(self, layer: int | None = None) -> dict[bytes, tuple[int, int]]:
        """The tree after a layer by path."""
        return {
            self.scan(at).paths[index]: (at, index) for at, index in self.seen(layer)
        }


def reference(number: int) -> tuple[int, int]:
    """The (layer, index) of a reference."""
    return number >> _LAYER, number & _INDEX


def packed(layer: int, index: int) -> int:
    """A reference to an entry."""
    return layer << _LAYER | index


def stacked(scans: Sequence[Scan | None], most: int = 256 << 20) -> Stack:
    """Lay layers upon one another, the lowest first.

    Time grows with their entries and whiteouts alone.

    An ImageError where directories that no layer has would take more than `most` bytes
    (`Limits.kept_bytes`).
    """
    pile = _Pile(scans, most)
    for layer, scan in enumerate(scans):
        if scan is not None:
            pile.remove(layer, scan)
            pile.add(layer, scan)
    return Stack(
        tuple(scans),
        pile.gone,
        pile.why,
        pile.before,
        tuple(pile.missed),
        pile.linked,
        pile.files,
    )


def _count(scan: Scan | None) -> int:
    return 0 if scan is None else len(scan.paths)


def _unlinked(directory: bytes, links: Mapping[bytes, bytes]) -> bytes:
    """Where a directory lies that is named through links; itself where they lead nowhere."""
    if not links:
        return directory
    real = real_path(directory, links.get)
    return directory if real is None else real


def _forget(links: dict[bytes, bytes], directory: bytes) -> None:
    """Leave out the links that lay in a directory."""
    below = directory + b"/"
    for path in [path for path in links if path.startswith(below)]:
        del links[path]


class _Pile:
    """The tree as it grows. A node is a path that some layer had.

    A node that is gone hangs in no directory.
    """

    def __init__(self, scans: Sequence[Scan | None], most: int) -> None:
        self.scans = scans
        self.most = most
        self.made = 0
        counts = list(map(_count, scans))
        self.gone = tuple([array("H", (NEVER,)) * count for count in counts])
        self.why = tuple(map(bytearray, counts))
        self.before = tuple([array("q", (-1,)) * count for count in counts])
        self.missed: list[tuple[int, bytes]] = []
        self.linked: dict[int, list[int]] = {}
        self.files: dict[int, int] = {}
        self.nodes: dict[bytes, int] = {b"": 0}
        # The entry of a node; -1: none, though something may lie below it
        self.current = array("q", (-1,))
        self.hangs = bytearray(1)  # whether the node stands among its parent's children
        self.children: dict[int, list[int]] = {0: []}

    def remove(self, layer: int, scan: Scan) -> None:
        """A layer's whiteouts, opaque ones first: none of them acts upon the layer's own
        entries.
        """
        for path in scan.opaques:
            node = self.nodes.get(path)
            if node is not None:
                self._clear(node, layer, EndReason.HIDDEN)
        for path in scan.whiteouts:
            node = self.nodes.get(path)
            if node is None or not (self.hangs[node] or not path):
                self.missed.append((layer, path))
                continue
            self._clear(node, layer, EndReason.REMOVED)
            self._end(node, layer, EndReason.REMOVED)
            self.hangs[node] = 0  # its parent forgets it when it is looked through next

    def add(self, layer: int, scan: Scan) -> None:
        """A layer's entries, in their order."""
        nodes, current, hangs, children, kinds = (
            self.nodes,
            self.current,
            self.hangs,
            self.children,
            scan.kinds,
        )
        before, base = self.before[layer], layer << _LAYER
        links: dict[bytes, bytes] = {}  # the layer's own symbolic links up to here
        # The directory of the entry before, which mostly is that of the next
        last: bytes | None = None
        real = b""  # where that directory lies
        siblings: list[int] = []
        for index, written in enumerate(scan.paths):
            path = written
            above, _, name = written.rpartition(b"/")
            if above != last:
                last = above
                real = _unlinked(above, links)
                siblings = children.setdefault(self._directory(real, layer), [])
            if real != above:
                path = scan.paths[index] = self._named(real, name)
            kind = kinds[index]
            node = nodes.get(path)
            if node is None:
                node = nodes[path] = len(current)
                current.append(base | index)
                hangs.append(1)
                siblings.append(node)
            else:
                if not hangs[node] and node:
                    hangs[node] = 1
                    siblings.append(node)
                old = current[node]
                before[index] = old
                if kind != _DIRECTORY and node in children:
                    self._clear(node, layer, EndReason.REPLACED)
                    _forget(links, path)
                    last = None
                if old >= 0:
                    self._end(node, layer, self._cause(old, layer, kind))
                    links.pop(path, None)
                current[node] = base | index
            if kind == _SYMLINK:
                links[path] = scan.links.get(index, b"")
            elif kind == _LINK:
                above, _, name = scan.links.get(index, b"").rpartition(b"/")
                self._link(self._named(_unlinked(above, links), name), base | index)

    def _named(self, directory: bytes, name: bytes) -> bytes:
        """The path of what lies in a directory that a link leads to."""
        path = directory + b"/" + name if directory else name
        self._count_bytes(len(path))
        return path

    def _directory(self, path: bytes, layer: int) -> int:
        """The node of a directory that entries lie in; anything else there is replaced."""
        node = self.nodes.get(path)
        if node is not None and (self.hangs[node] or not path):
            old = self.current[node]
            if old >= 0 and self._kind(old) != _DIRECTORY:
                self._end(node, layer, EndReason.REPLACED)
            return node
        missing = [path]  # a loop, since a path may have thousands of parts
        while True:
            path = path.rpartition(b"/")[0]
            node = self.nodes.get(path)
            if node is not None and (self.hangs[node] or not path):
                break
            missing.append(path)
            # Of a path with thousands of parts each takes thousands of bytes
            if node is None:
                self._count_bytes(len(path) + _NODE)
        node = self._directory(path, layer)
        for path in reversed(missing):
            parent, known = node, self.nodes.get(path)
            if known is None:
                node = self.nodes[path] = len(self.current)
                self.current.append(-1)
                self.hangs.append(1)
            else:
                node = known
                self.hangs[node] = 1
            self.children.setdefault(parent, []).append(node)
        return node

    def _count_bytes(self, more: int) -> None:
        """Count bytes that stand in no layer: there are fewer of those."""
        self.made += more
        if self.made > self.most:
            raise over("kept_bytes", self.most, "paths that are in no layer")

    def _cause(self, old: int, layer: int, kind: int) -> EndReason:
        """Why an entry ends where another of `kind` takes its path."""
        if old >> _LAYER == layer:
            return EndReason.REPEATED
        was = self._kind(old)
        alike = was == kind or {was, kind} == {_FILE, _LINK}
        return EndReason.OVERWRITTEN if alike else EndReason.REPLACED

    def _kind(self, entry: int) -> int:
        scan = self.scans[entry >> _LAYER]
        assert scan is not None
        return scan.kinds[entry & _INDEX]

    def _end(self, node: int, layer: int, cause: EndReason) -> None:
        old = self.current[node]
        if old >= 0:
            self.gone[old >> _LAYER][old & _INDEX] = layer
            self.why[old >> _LAYER][old & _INDEX] = cause
            self.current[node] = -1

    def _clear(self, node: int, layer: int, cause: EndReason) -> None:
        """End all below a node. Each is taken from its directory, so that none is looked
        through twice.
        """
        waiting = [node]
        while waiting:
            for child in self.children.pop(waiting.pop(), ()):
                if self.hangs[child]:
                    self.hangs[child] = 0
                    self._end(child, layer, cause)
                    waiting.append(child)

    def _link(self, target: bytes, link: int) -> None:
        """Note a hard link with its file, through other links."""
        node = self.nodes.get(target)
        found = self.current[node] if node is not None else -1
        if found >= 0 and found != link:
            self.files[link] = file = self.files.get(found, found)
            self.linked.setdefault(file, []).append(link)
