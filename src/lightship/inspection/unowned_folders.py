"""What the bytes are that belong to no package: by layer and folder.

A folder is told whole, at the deepest place that nearly all of it lies below. It is taken apart
where a few folders below it have nearly all, and where it is one that everything lies in, such as
`/usr/local`. So the rows are few, and their bytes are all that belong to no package.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lightship.image.owners import UNOWNED
from lightship.image.stack import NEVER, Stack, reference
from lightship.inspection.inspection import Inspection
from lightship.record import record

_DEEPEST = 12  # parts of a path that are looked at
_NEARLY_ALL = 0.8  # of a folder
_LARGE = 0.2  # of a folder
_LEAST = 0.01  # of all that belongs to no package
_SHARED = frozenset(
    b"""home opt root srv usr usr/lib usr/local usr/local/lib usr/local/share usr/share
    var var/cache var/lib""".split()
) | {b""}


@record
class UnownedFolder:
    """Files of one layer that belong to no package: `size` bytes in `files` files.

    With `is_rest` it is what other rows do not tell of the folder.
    """

    path: bytes
    layer: int
    size: int
    files: int
    is_rest: bool = False


@lru_cache(maxsize=2)
def unowned_folders(inspection: Inspection) -> tuple[UnownedFolder, ...]:
    """All rows, the largest first; none where owners were not looked for."""
    if len(inspection.owners.owner) != len(inspection.contents.stack.scans):
        return ()
    trees = _trees(inspection)
    total = sum(tree.sizes[b""] for tree in trees)
    rows: list[UnownedFolder] = []
    for tree in trees:
        rows += _rows(tree, b"", _LEAST * total)
    return tuple(sorted(rows, key=_order))


def _order(row: UnownedFolder) -> tuple[int, int, bytes]:
    return -row.size, row.layer, row.path


@record(eq=False)
class _Tree:
    """The folders of a layer: bytes and files in all of each, and the folders right below it."""

    layer: int
    sizes: Mapping[bytes, int]
    files: Mapping[bytes, int]
    below: Mapping[bytes, list[bytes]]


def _trees(inspection: Inspection) -> list[_Tree]:
    """One for each layer that has such files."""
    trees: list[_Tree] = []
    linked = _linked(inspection)
    for layer, scan in enumerate(inspection.contents.stack.scans):
        if scan is None:
            continue
        direct: dict[bytes, list[int]] = defaultdict(list)
        for path, size in (*_seen(inspection, layer), *linked[layer]):
            direct[path[: max(path.rfind(b"/"), 0)]].append(size)
        if direct:
            trees.append(_tree(layer, direct))
    return trees


def _seen(inspection: Inspection, layer: int) -> Iterator[tuple[bytes, int]]:
    """Path and size of each file that the final image shows and no package has."""
    stack = inspection.contents.stack
    scan = stack.scan(layer)
    owner = inspection.owners.owner[layer]
    columns = zip(scan.paths, scan.sizes, owner, stack.gone[layer], strict=True)
    for path, size, number, end in columns:
        if number == UNOWNED and end == NEVER and size:
            yield path, size


def _linked(inspection: Inspection) -> Mapping[int, list[tuple[bytes, int]]]:
    """The same of files that are seen as hard links alone, by layer."""
    stack = inspection.contents.stack
    linked: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
    for file, links in stack.linked.items():
        layer, index = reference(file)
        size = stack.scan(layer).sizes[index]
        if stack.gone[layer][index] == NEVER or not size:
            continue
        seen = [link for link in map(reference, links) if _is_seen(stack, link)]
        if seen and all(_is_unowned(inspection, link) for link in seen):
            at, entry = seen[0]
            linked[layer].append((stack.scan(at).paths[entry], size))
    return linked


def _is_seen(stack: Stack, entry: tuple[int, int]) -> bool:
    layer, index = entry
    return stack.gone[layer][index] == NEVER


def _is_unowned(inspection: Inspection, entry: tuple[int, int]) -> bool:
    layer, index = entry
    return inspection.owners.owner[layer][index] == UNOWNED


def _tree(layer: int, direct: Mapping[bytes, list[int]]) -> _Tree:
    sizes: dict[bytes, int] = defaultdict(int)
    files: dict[bytes, int] = defaultdict(int)
    below: dict[bytes, list[bytes]] = defaultdict(list)
    for directory, contents in direct.items():
        path = b"/".join(directory.split(b"/", _DEEPEST)[:_DEEPEST])
        while True:
            if path not in sizes and path:
                below[_above(path)].append(path)
            sizes[path] += sum(contents)
            files[path] += len(contents)
            if not path:
                break
            path = _above(path)
    return _Tree(layer, sizes, files, below)


def _above(path: bytes) -> bytes:
    return path[: max(path.rfind(b"/"), 0)]


def _rows(tree: _Tree, top: bytes, least: float) -> Iterator[UnownedFolder]:
    """A folder as one row, or as rows of what is below it."""
    path = _deepest(tree, top)
    parts = _parts(tree, path, least)
    if not parts:
        yield UnownedFolder(path, tree.layer, tree.sizes[top], tree.files[top])
        return

    for part in parts:
        yield from _rows(tree, part, least)
    size = tree.sizes[top] - sum(tree.sizes[part] for part in parts)
    files = tree.files[top] - sum(tree.files[part] for part in parts)
    if files:
        yield UnownedFolder(top, tree.layer, size, files, is_rest=True)


def _deepest(tree: _Tree, path: bytes) -> bytes:
    """The deepest folder that nearly all of a folder lies below."""
    most = _NEARLY_ALL * tree.sizes[path]
    while path not in _SHARED:
        large = [part for part in tree.below.get(path, ()) if tree.sizes[part] >= most]
        if not large:
            break
        path = large[0]
    return path


def _parts(tree: _Tree, path: bytes, least: float) -> list[bytes]:
    """The folders that a folder is taken apart into; none where it is told whole."""
    whole = tree.sizes[path]
    below = [part for part in tree.below.get(path, ()) if tree.sizes[part] >= least]
    if path in _SHARED:
        return below
    large = [part for part in below if tree.sizes[part] >= _LARGE * whole]
    told = sum(tree.sizes[part] for part in large)
    return large if told >= _NEARLY_ALL * whole else []
