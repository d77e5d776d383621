"""The lines of the tree."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from lightship.image.scan import Entry, EntryKind
from lightship.image.stack import reference
from lightship.inspection.attributes import mode
from lightship.tui.listing import Line
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_columns import MARK, TreeColumn, TreeColumns
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
_FILES = (EntryKind.FILE, EntryKind.LINK)
_DIM = Style(dim=True)
_LEFT_OUT = "…"  # a number that has no room


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
    if entry is None or entry.kind not in _FILES:
        return None
    return entry.layer, entry.index


def heading(columns: TreeColumns) -> Text:
    """The words above the columns."""
    start = " " * MARK
    for column in columns.shown:
        start += f"{column.heading:>{column.cells}}"
    start = start.ljust(columns.head)
    return Text(f"{start}Name", style="bold", no_wrap=True)


def line(rows: Rows, row: int, columns: TreeColumns) -> Line:
    """One line of the tree: its mark and its columns; and its name, which scrolls sideways."""
    node = rows.nodes[row]
    state = NodeState(rows.view.states[node])
    entry = entry_of(rows.view, rows.index, node)

    mark, colour = MARKS[state]
    head = Text(f"{mark:{MARK}}", style=colour, no_wrap=True)
    for column in columns.shown:
        words = _cell(rows, node, entry, column)
        look = WASTE if column.name == "waste" else ""
        head.append(f"{words:>{column.cells}}", look)
    head.pad_right(columns.head - head.cell_len)
    return Line(head, _name(rows, row, entry, columns.guides))


def _cell(rows: Rows, node: int, entry: Entry | None, column: TreeColumn) -> str:
    """What a column says of a node; nothing where that is not known."""
    if column.name == "size":
        return size(rows.view.sizes[node])
    if column.name == "waste":
        return _wasted(rows.waste, node)
    if entry is None:  # a directory that no layer names
        return ""
    if column.name == "mode":
        return mode(entry)
    return short_owner(entry.uid, entry.gid, column.cells - 1)


def short_owner(uid: int, gid: int, cells: int) -> str:
    """`0:0`; of what is longer than `cells` the longer number is left out, or both are."""
    user = str(uid)
    group = str(gid)
    whole = f"{user}:{group}"
    if len(whole) <= cells:
        return whole
    shorter = f"{user}:{_LEFT_OUT}"
    if len(user) > len(group):
        shorter = f"{_LEFT_OUT}:{group}"
    if len(shorter) <= cells:
        return shorter
    return f"{_LEFT_OUT}:{_LEFT_OUT}"


def _name(rows: Rows, row: int, entry: Entry | None, guides: int) -> Text:
    """The name after the lines that lead to it, and where it leads."""
    node = rows.nodes[row]
    state = NodeState(rows.view.states[node])
    is_directory = entry is None or entry.kind is EntryKind.DIRECTORY
    can_be_opened = is_directory and rows.has_children(node)
    is_removed = state >= NodeState.REMOVED

    _, colour = MARKS[state]
    text = Text(style=colour, no_wrap=True)
    text.append(rows.guides(row, guides), _DIM)
    name = escaped(rows.index.name(node)) or "(no name)"
    look = Style(bold=can_be_opened, strike=is_removed)
    text.append(name, look)
    if can_be_opened:
        text.append("/" if rows.is_open(row) else "/ …", _DIM)
    if entry and entry.link:
        text.append(f" → {escaped(entry.link)}", _DIM)
    return text


def _wasted(waste: Wasted | None, node: int) -> str:
    """The bytes of waste at a node and below it; nothing where there are none."""
    if waste is None or not waste.below[node]:
        return ""
    return size(waste.below[node])
