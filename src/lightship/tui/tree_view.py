"""`TreeView`: what a layer's tree shows of each node, beside the tree that it is compared with."""

from __future__ import annotations

from array import array
from enum import IntEnum

from lightship.errors import LightshipError
from lightship.image.entry_changes import EntryChange, attributes_between, file_of
from lightship.image.scan import Scan
from lightship.image.stack import Stack, packed, reference
from lightship.image.waste import Hash
from lightship.record import record
from lightship.tui.node_index import ROOT, Index, Wasted


class NodeState(IntEnum):
    """What became of a node between the two trees."""

    ABSENT = 0  # in neither
    SAME = 1
    ADDED = 2
    CHANGED = 3  # a directory also where anything below it is not the same
    REMOVED = 4
    GONE = 5  # in neither, and its bytes are waste: shown where waste is asked for


_ABSENT, _SAME, _ADDED, _CHANGED, _REMOVED, _GONE = (int(state) for state in NodeState)
_DIFFER = 1 << _ADDED | 1 << _CHANGED | 1 << _REMOVED
_PRESENT = 1 << _SAME | 1 << _ADDED | 1 << _CHANGED
NONE = -1  # in `entries`: no layer names the path, it is there for what lies below it


@record(eq=False)
class TreeView:
    """The tree after `layer`, compared with the tree after `base` (-1: with nothing).

    Columns go by node.

    `entries` are references (`image.stack.reference`), or NONE; of what was removed to the entry
    that was there. `sizes` are bytes of content, of directories the sum; what was removed counts
    only for directories removed as well.
    """

    layer: int
    base: int
    entries: array[int]
    states: bytearray
    sizes: array[int]


def base_of(layer: int, aggregated: bool) -> int:
    """The tree to compare with: that of the lowest layer, or of the layer below."""
    return 0 if aggregated else layer - 1


def view_of(
    index: Index, layer: int, base: int, hash_of: Hash, waste: Wasted | None = None
) -> TreeView:
    """One pass over the entries up to `layer`, and one over the nodes.

    `hash_of` is called only for two files that differ in nothing else.
    """
    count = len(index.paths)
    entries = array("q", (NONE,)) * count
    states = bytearray(count)
    sizes = array("Q", bytes(8 * count))
    view = TreeView(layer, base, entries, states, sizes)

    ended = _place(index, view)
    for node, old in ended.items():
        if states[node] == _ABSENT:
            states[node] = _REMOVED
            entries[node] = old
            continue
        before = reference(old)
        after = reference(entries[node])
        is_changed = _differ(index.stack, before, after, hash_of)
        states[node] = _CHANGED if is_changed else _SAME

    if waste is not None:
        _add_ghosts(view, waste)
    _sum(index, view)
    return view


def _place(index: Index, view: TreeView) -> dict[int, int]:
    """Set the entries that are there; gives those of the base that are not any more, by node."""
    states = view.states
    entries = view.entries
    layer = view.layer
    base = view.base
    ended: dict[int, int] = {}
    for at in range(min(layer + 1, len(index.of))):
        old = at <= base
        state = _SAME if old else _ADDED
        nodes = zip(index.of[at], index.stack.gone[at], strict=True)
        for entry, (node, end) in enumerate(nodes, packed(at, 0)):
            if end > layer:
                entries[node] = entry
                states[node] = state
            elif old and end > base:
                ended[node] = entry
    return ended


def _differ(
    stack: Stack, old: tuple[int, int], new: tuple[int, int], hash_of: Hash
) -> bool:
    old_layer, old_at = old
    new_layer, new_at = new
    old_scan = stack.scan(old_layer)
    new_scan = stack.scan(new_layer)
    if attributes_between(old_scan, old_at, new_scan, new_at) != EntryChange.SAME:
        return True

    before = file_of(stack, old_layer, old_at)
    after = file_of(stack, new_layer, new_at)
    if before is None or after is None or before == after:
        return False
    if _size(stack, before) != _size(stack, after):
        return True
    try:
        return hash_of(*before) != hash_of(*after)
    except LightshipError:
        # Bytes that cannot be read: that they are another layer's is all that is known
        return True


def _size(stack: Stack, file: tuple[int, int]) -> int:
    layer, at = file
    return stack.scan(layer).sizes[at]


def _add_ghosts(view: TreeView, waste: Wasted) -> None:
    """What is gone but wastes bytes is a node too, of the last layer that wrote it."""
    for node, items in waste.items.items():
        if view.states[node] == _ABSENT:
            last = items[-1]
            view.states[node] = _GONE
            view.entries[node] = packed(last.layer, last.entry)


def _sum(index: Index, view: TreeView) -> None:
    """Sizes and states of directories, from the end: a parent has the smaller number."""
    states = view.states
    entries = view.entries
    sizes = view.sizes
    parents = index.parents
    columns = list(map(_content_sizes, index.stack.scans))
    below = bytearray(len(states))  # bits of the states of all that lies below
    lost = array("Q", bytes(8 * len(states)))  # bytes below that are not there any more
    nodes = range(len(states) - 1, ROOT, -1)
    for node, state, entry, parent in zip(
        nodes, reversed(states), reversed(entries), reversed(parents), strict=False
    ):
        if under := below[node]:
            own = state
            # The loop is the time of the viewer
            state = _of_directory(state, under)  # noqa: PLW2901
            states[node] = state
            if own >= _REMOVED > state:
                entry = entries[node] = NONE  # noqa: PLW2901 - as above
            if state >= _REMOVED:
                sizes[node] = lost[node]
        elif state == _ABSENT:
            continue
        if entry >= 0:
            sizes[node] += columns[entry >> 32][entry & 0xFFFFFFFF]
        below[parent] |= 1 << state
        if size := sizes[node]:
            (sizes if state < _REMOVED else lost)[parent] += size

    # Nothing takes the root away
    states[ROOT] = _CHANGED if below[ROOT] & _DIFFER else _SAME


def _content_sizes(scan: Scan | None) -> array[int]:
    return array("Q") if scan is None else scan.sizes


def _of_directory(state: int, under: int) -> int:
    """The state of what has something below it; `under` are bits of the states there."""
    if state == _ABSENT:
        return _implied(under)
    if state >= _REMOVED and under & _PRESENT:
        return _CHANGED  # a directory that no layer names came in its place
    if state == _SAME and under & _DIFFER:
        return _CHANGED
    if state == _ADDED and under & 1 << _REMOVED:
        return _CHANGED  # also a file in the place of a directory that no layer names
    return state


def _implied(under: int) -> int:
    """The state of a directory that no layer names, from those below it."""
    alone = {
        1 << _SAME: _SAME,
        1 << _ADDED: _ADDED,
        1 << _REMOVED: _REMOVED,
        1 << _GONE: _GONE,
    }
    known = under & ~(1 << _GONE) or under
    if known in alone:
        return alone[known]
    return _CHANGED
