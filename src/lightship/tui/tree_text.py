"""The lines of the tree, and what is said of one of its entries."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from lightship.image.entry_changes import attributes_between, file_of
from lightship.image.scan import Entry, EntryKind
from lightship.image.stack import Stack, reference
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
_OWNER = "UID:GID"
_DIM = Style(dim=True)


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
    if entry and entry.kind in (EntryKind.FILE, EntryKind.LINK):
        return entry.layer, entry.index
    return None


def heading(index: Index | None, attributes: bool) -> Text:
    """The words above the columns."""
    owners = ""
    if attributes:
        owners = f"{'Mode':10} {_OWNER:>{_width(index)}}"
    return Text(f"  {owners}{'Size':>9}{'Waste':>9}  Name", style="bold")


def _width(index: Index | None) -> int:
    """The columns that the owner takes."""
    if index is None:
        return len(_OWNER)
    return max(index.owner_width, len(_OWNER))


def line(rows: Rows, row: int, attributes: bool) -> Text:
    """One line of the tree: mark, mode, owner, size, waste, name."""
    index = rows.index
    view = rows.view
    node = rows.nodes[row]
    state = NodeState(view.states[node])
    entry = entry_of(view, index, node)

    mark, colour = MARKS[state]
    text = Text(f"{mark} ", style=colour, no_wrap=True)
    if attributes:
        text.append(_attributes(entry, _width(index)))
    text.append(f"{size(view.sizes[node]):>9}")
    text.append(f"{_wasted(rows.waste, node):>9}", WASTE)
    text.append("  ")

    text.append(rows.guides(row), _DIM)
    is_directory = entry is None or entry.kind is EntryKind.DIRECTORY
    can_be_opened = is_directory and rows.has_children(node)
    is_removed = state >= NodeState.REMOVED
    name = escaped(index.name(node)) or "(no name)"
    text.append(name, Style(bold=can_be_opened, strike=is_removed))

    if can_be_opened:
        end = "/" if rows.is_open(row) else "/ …"
        text.append(end, _DIM)
    if entry and entry.link:
        text.append(f" → {escaped(entry.link)}", _DIM)
    return text


def _attributes(entry: Entry | None, width: int) -> str:
    """Mode and owner; blank for a directory that no layer names."""
    if entry is None:
        return " " * (11 + width)
    return f"{mode(entry):10} {owner(entry):>{width}}"


def _wasted(waste: Wasted | None, node: int) -> str:
    """The bytes of waste at a node and below it; nothing where there are none."""
    if waste is None or not waste.below[node]:
        return ""
    return size(waste.below[node])


def about(rows: Rows, row: int, inspection: Inspection | None) -> Text:
    """What is known of one entry: its path, what the layer changed, its package, its waste."""
    index = rows.index
    view = rows.view
    node = rows.nodes[row]

    path = escaped(index.paths[node])
    parts = [f"/{path}"]
    if state := _state(index, view, node):
        parts.append(state)
    if package := _package(view, node, inspection):
        parts.append(package)
    if rows.waste:
        parts += _waste(rows.waste, node)
    return Text("  ·  ".join(parts), no_wrap=True, overflow="ellipsis")


def _state(index: Index, view: TreeView, node: int) -> str:
    """Which layer wrote an entry, and what became of it."""
    state = NodeState(view.states[node])
    place = view.entries[node]
    if place < 0:
        return "" if state == NodeState.SAME else state.name.lower()

    layer, at = reference(place)
    number = layer + 1
    if state == NodeState.ADDED:
        return f"added in layer {number}"
    if state == NodeState.GONE:
        return f"wasted layer {number}"
    if state == NodeState.REMOVED:
        remover = index.stack.gone[layer][at] + 1
        return f"of layer {number}, removed by layer {remover}"
    if state == NodeState.CHANGED and layer > view.base:
        changes = _changes(index, view, layer, at) or "changed below"
        return f"layer {number}: {changes}"
    return f"from layer {number}"


def _changes(index: Index, view: TreeView, layer: int, at: int) -> str:
    """What an entry changed of the tree below its layer, as far as its metadata tells."""
    stack = index.stack
    before = stack.before[layer][at]
    if before < 0:
        return "new since" if view.base < layer - 1 else ""

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


def _package(view: TreeView, node: int, inspection: Inspection | None) -> str:
    place = view.entries[node]
    if inspection is None or place < 0:
        return ""
    number = inspection.package(*reference(place))
    if number is None:
        return ""
    package = inspection.owners.packages[number]
    return escaped(f"{package.manager} {package.name} {package.version}")


def _waste(waste: Wasted, node: int) -> list[str]:
    items = waste.items.get(node, [])
    if len(items) > 3:
        return [f"{size(waste.own[node])} wasted by {len(items)} layers"]
    return [waste_words(item) for item in items]


def waste_words(item: Waste) -> str:
    """`4.00 kB of layer 2 wasted: removed by layer 3`."""
    return f"{size(item.size)} of layer {item.layer + 1} wasted: {ended(item.reason, item.by)}"
