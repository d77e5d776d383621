"""The lines of the tree, and what is said of one of its entries."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from lightship.image.entry_changes import attributes_between, file_of
from lightship.image.scan import Entry, EntryKind
from lightship.image.stack import reference
from lightship.image.waste import Waste
from lightship.inspection.attributes import mode, owner
from lightship.inspection.inspection import Inspection
from lightship.inspection.phrases import ended
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_rows import Rows
from lightship.tui.tree_view import NodeState, TreeView
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

# A mark beside the colour: a terminal may have none, and not everybody sees them.
MARKS = {
    NodeState.SAME: (" ", ""),
    NodeState.ADDED: ("+", "green"),
    NodeState.CHANGED: ("~", "yellow"),
    NodeState.REMOVED: ("-", "red"),
    NodeState.GONE: ("x", "red"),
}
WASTE = "magenta"


def entry_of(view: TreeView, index: Index, node: int) -> Entry | None:
    """What a node shows; None for a directory that no layer names."""
    place = view.entries[node]
    if place < 0:
        return None
    layer, at = reference(place)
    return index.stack.scan(layer).entry(layer, at)


def file_under(rows: Rows, node: int) -> tuple[int, int] | None:
    """The (layer, index) of a node that is a regular file or a hard link."""
    entry = entry_of(rows.view, rows.index, node)
    return (
        (entry.layer, entry.index)
        if entry and entry.kind in (EntryKind.FILE, EntryKind.LINK)
        else None
    )


def heading(index: Index | None, attributes: bool) -> Text:
    """The words above the columns."""
    owners = f"{'Mode':10} {'UID:GID':>{_width(index)}}" if attributes else ""
    return Text(f"  {owners}{'Size':>9}{'Waste':>9}  Name", style="bold")


def _width(index: Index | None) -> int:
    return max(index.owner_width if index else 0, len("UID:GID"))


def line(rows: Rows, row: int, attributes: bool) -> Text:
    """One line of the tree: mark, mode, owner, size, waste, name."""
    index, view, node = rows.index, rows.view, rows.nodes[row]
    entry = entry_of(view, index, node)
    mark, colour = MARKS[NodeState(view.states[node])]
    text = Text(f"{mark} ", style=colour, no_wrap=True)
    if attributes:
        text.append(
            f"{mode(entry) if entry else '':10} {owner(entry) if entry else '':>{_width(index)}}"
        )
    text.append(f"{size(view.sizes[node]):>9}")
    bytes_wasted = rows.waste.below[node] if rows.waste else 0
    text.append(f"{size(bytes_wasted) if bytes_wasted else '':>9}", WASTE)
    text.append("  ")
    text.append(rows.guides(row), Style(dim=True))
    is_directory = (
        entry is None or entry.kind is EntryKind.DIRECTORY
    ) and rows.has_children(node)
    text.append(
        escaped(index.name(node)) or "(no name)",
        Style(bold=is_directory, strike=view.states[node] >= NodeState.REMOVED),
    )
    if is_directory:
        text.append("/" if rows.is_open(row) else "/ …", Style(dim=True))
    if entry and entry.link:
        text.append(f" → {escaped(entry.link)}", Style(dim=True))
    return text


def about(rows: Rows, row: int, inspection: Inspection | None) -> Text:
    """What is known of one entry: its path, what the layer changed, its package, its waste."""
    index, view, node = rows.index, rows.view, rows.nodes[row]
    parts = [f"/{escaped(index.paths[node])}", *_state(index, view, node)]
    if package := _package(view, node, inspection):
        parts.append(package)
    if rows.waste:
        parts += _waste(rows.waste, node)
    return Text("  ·  ".join(parts), no_wrap=True, overflow="ellipsis")


def _state(index: Index, view: TreeView, node: int) -> list[str]:
    state, place = NodeState(view.states[node]), view.entries[node]
    if place < 0:
        return [state.name.lower()] if state != NodeState.SAME else []
    layer, at = reference(place)
    if state == NodeState.CHANGED and layer > view.base:
        return [
            f"layer {layer + 1}: {_changes(index, view, layer, at) or 'changed below'}"
        ]
    word = (
        "from"
        if state in (NodeState.SAME, NodeState.CHANGED)
        else "wasted"
        if state == NodeState.GONE
        else state.name.lower()
    )
    if state == NodeState.REMOVED:
        return [
            f"of layer {layer + 1}, removed by layer {index.stack.gone[layer][at] + 1}"
        ]
    return [f"{word} {'in ' if state == NodeState.ADDED else ''}layer {layer + 1}"]


def _changes(index: Index, view: TreeView, layer: int, at: int) -> str:
    """What an entry changed of the tree below its layer, as far as its metadata tells."""
    stack, before = index.stack, index.stack.before[layer][at]
    if before < 0:
        return "new since" if view.base < layer - 1 else ""
    (below, place), new = reference(before), stack.scan(layer)
    words = list(attributes_between(stack.scan(below), place, new, at).words)
    files = file_of(stack, below, place), file_of(stack, layer, at)
    if (
        files[0]
        and files[1]
        and stack.scan(files[0][0]).sizes[files[0][1]] != new.sizes[files[1][1]]
    ):
        words.insert(0, "content")
    elif not words and files[0] and files[1]:
        words.append("written again")
    return ", ".join(words)


def _package(view: TreeView, node: int, inspection: Inspection | None) -> str:
    place = view.entries[node]
    if inspection is None or place < 0:
        return ""
    found = inspection.package(*reference(place))
    if found is None:
        return ""
    package = inspection.owners.packages[found]
    return escaped(f"{package.manager} {package.name} {package.version}")


def _waste(waste: Wasted, node: int) -> list[str]:
    items = waste.items.get(node, [])
    if len(items) > 3:
        return [f"{size(waste.own[node])} wasted by {len(items)} layers"]
    return [waste_words(item) for item in items]


def waste_words(item: Waste) -> str:
    """`4.00 kB of layer 2 wasted: removed by layer 3`."""
    return f"{size(item.size)} of layer {item.layer + 1} wasted: {ended(item.reason, item.by)}"
