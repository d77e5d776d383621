"""What became of an entry: which layer wrote it, what that changed, and what of it is waste."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.entry_changes import attributes_between, file_of
from lightship.image.stack import Stack, reference
from lightship.image.waste import Waste
from lightship.inspection.phrases import ENDED
from lightship.tui.makers import place
from lightship.tui.node_index import Index
from lightship.tui.tree_rows import Rows
from lightship.tui.tree_view import NodeState, TreeView
from lightship.tui.viewer_model import ViewerModel
from lightship.wording.sizes import size

_BETWEEN = "  ·  "
_WITHOUT_ENTRY = {
    NodeState.ADDED: "none has an entry for it; added below",
    NodeState.CHANGED: "none has an entry for it; changed below",
    NodeState.REMOVED: "none has an entry for it; all below is removed",
}


def entry_history(model: ViewerModel, rows: Rows, node: int) -> Iterator[str]:
    """The same in several ways, the longest first."""
    state = _state(model, rows, node)
    items = rows.waste.items.get(node, []) if rows.waste else []
    wasted = rows.waste.own[node] if rows.waste else 0
    each = [waste_words(model, item) for item in items]
    yield _joined(state, *each)
    yield _joined(state, *each[:1], f"{size(wasted)} wasted in all")
    yield _joined(state, f"{size(wasted)} wasted" if wasted else "")
    yield state


def _joined(*words: str) -> str:
    return _BETWEEN.join(filter(None, words))


def layer_name(model: ViewerModel, layer: int) -> str:
    """`layer 3 (Dockerfile:7)`; the number alone where no line is known."""
    number = f"layer {layer + 1}"
    where = place(model, layer)
    return number if where == number else f"{number} ({where})"


def waste_words(model: ViewerModel, item: Waste) -> str:
    """`4.00 kB of layer 2 wasted: removed by layer 3 (Dockerfile:7)`."""
    reason = f"{ENDED[item.reason]} {layer_name(model, item.by)}"
    return f"{size(item.size)} of layer {item.layer + 1} wasted: {reason}"


def _state(model: ViewerModel, rows: Rows, node: int) -> str:
    """The layer that wrote an entry, and what became of it."""
    view = rows.view
    state = NodeState(view.states[node])
    if view.entries[node] < 0:
        return _WITHOUT_ENTRY.get(state, "none has an entry for it")

    layer, at = reference(view.entries[node])
    number = layer + 1
    if state == NodeState.ADDED:
        return f"{number}, added"
    if state == NodeState.GONE:
        return f"{number}, gone by now"
    if state == NodeState.REMOVED:
        remover = rows.index.stack.gone[layer][at]
        return f"{number}, removed by {layer_name(model, remover)}"
    if state == NodeState.CHANGED and layer > view.base:
        changes = _changes(rows.index, view, layer, at)
        return (
            f"{number}, changed: {changes}" if changes else f"{number}, changed below"
        )
    return f"{number}, unmodified"


def _changes(index: Index, view: TreeView, layer: int, at: int) -> str:
    """What an entry changed of the tree below its layer, as far as its metadata tells."""
    stack = index.stack
    before = stack.before[layer][at]
    if before < 0:
        return "new since then" if view.base < layer - 1 else ""

    old_layer, old_at = reference(before)
    new = stack.scan(layer)
    changed = attributes_between(stack.scan(old_layer), old_at, new, at)
    words = list(changed.words)

    old_file = file_of(stack, old_layer, old_at)
    new_file = file_of(stack, layer, at)
    if old_file and new_file:
        old_size = _file_size(stack, old_file)
        new_size = _file_size(stack, new_file)
        if old_size != new_size:
            words.insert(0, "content")
        elif not words:
            words.append("written again")
    return ", ".join(words)


def _file_size(stack: Stack, file: tuple[int, int]) -> int:
    layer, at = file
    return stack.scan(layer).sizes[at]
