"""The lines below the panes: what the entry under the cursor is, whose, and which line brought it.

All at once, whatever columns have room.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from lightship.image.scan import Entry, EntryKind
from lightship.inspection.attributes import mode, owner
from lightship.tui.directory_facts import directory_facts
from lightship.tui.entry_history import entry_history
from lightship.tui.fitting import first_fitting, in_cells
from lightship.tui.makers import line_and_instruction, package_name
from lightship.tui.tree_rows import Rows
from lightship.tui.tree_text import entry_of
from lightship.tui.viewer_model import ViewerModel
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

LINES = 4
_LABEL = 9  # cells
_PATH = 24  # cells that a path has at the least, before what follows it


def entry_facts(model: ViewerModel, rows: Rows, row: int, width: int) -> Text:
    """Four lines of at most `width` cells, of the entry in a row."""
    room = width - _LABEL
    text = Text(no_wrap=True, overflow="ellipsis")
    for name, value in _facts(model, rows, rows.nodes[row], room):
        text.append(f"{name:{_LABEL}}", "bold")
        text.append(f"{value}\n")
    text.rstrip()
    return text


def _facts(
    model: ViewerModel, rows: Rows, node: int, room: int
) -> Iterator[tuple[str, str]]:
    entry = entry_of(rows.view, rows.index, node)
    yield "Path", _what(rows, node, entry, room)

    if entry is None or entry.kind is EntryKind.DIRECTORY:
        packages, lines = directory_facts(model, rows, node)
    else:
        packages = package_name(model.inspection, entry.layer, entry.index)
        lines = line_and_instruction(model, entry.layer)
    yield "Package", _cut(packages, room)
    yield "Line", _cut(lines, room)
    history = entry_history(model, rows, node)
    yield "Layer", first_fitting(history, room)


def _what(rows: Rows, node: int, entry: Entry | None, room: int) -> str:
    """The path, and after it what has to be known of the entry."""
    path = f"/{escaped(rows.index.paths[node])}"
    facts = [size(rows.view.sizes[node])]
    if entry is not None:
        facts += [mode(entry), owner(entry)]
        if entry.link:
            path += f" → {escaped(entry.link)}"

    end = "  ".join(facts)
    while len(facts) > 1 and room - len(end) < _PATH:
        facts.pop()
        end = "  ".join(facts)
    shown = in_cells(path, room - len(end) - 2)
    return f"{shown}  {end}"


def _cut(words: str, room: int) -> str:
    """As much as there is room for, of what says the most at its start."""
    text = Text(words)
    text.truncate(room, overflow="ellipsis")
    return text.plain
