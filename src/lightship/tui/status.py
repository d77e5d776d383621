"""The lines at the top and the bottom that say what is shown, and by which keys that changes.

Each is said in as many words as there is room for, and no word is cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from lightship.record import record
from lightship.tui.fitting import first_fitting, in_cells
from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_model import ViewerModel, Wish
from lightship.wording.shares import percent
from lightship.wording.sizes import size

SIDES = ("layers", "packages", "findings", "waste")
_ON = Style(reverse=True)
_OFF = Style(dim=True)
_HIDING = {
    "^A": ("added", "added", NodeState.ADDED),
    "^R": ("removed", "removed", NodeState.REMOVED),
    "^M": ("modified", "changed", NodeState.CHANGED),
    "^U": ("unmodified", "same", NodeState.SAME),
}


@record
class Key:
    """A key with what it does, in a longer and a shorter way; and whether that is on."""

    words: str
    short: str
    is_on: bool


def sides(active: str, room: int) -> Text:
    """`1 Layers  2 Packages …`, which can be clicked; where there is no room, the numbers."""
    numbered = list(enumerate(SIDES, 1))
    whole = "".join(_tab(number, name) for number, name in numbered)
    has_room = cell_len(whole) <= room
    text = Text(no_wrap=True)
    for number, name in numbered:
        is_active = name == active
        words = _tab(number, name if has_room or is_active else "")
        look = Style(bold=is_active, reverse=is_active)
        click = Style(meta={"@click": f"app.side('{name}')"})
        text.append(words, look + click)
    return text


def _tab(number: int, name: str) -> str:
    return f" {number} {name.capitalize()} " if name else f" {number} "


def image_line(model: ViewerModel, name: str, room: int) -> Text:
    """The image in a line, beside the lists: its name, its size, its waste."""
    facts = _figures(model)
    ways = [", ".join(facts[:number]) for number in range(len(facts), -1, -1)]
    named = f"{name}  {ways[0]}".strip()
    words = first_fitting([named, *ways], room)
    return Text(words, no_wrap=True)


def _figures(model: ViewerModel) -> list[str]:
    """The size of an image and its waste, as far as they are known."""
    contents = model.contents
    if contents is None:
        return []
    figures = [size(contents.size)]
    if model.waste is not None:
        wasted = size(contents.wasted_bytes)
        figures += [f"{wasted} wasted", f"efficiency {percent(contents.efficiency)}"]
    return figures


def compared(layer: int, aggregated: bool) -> str:
    """Which trees are compared; layers count from 1."""
    if not layer:
        return "layer 1" if aggregated else "layer 1 against nothing"
    if aggregated:
        return f"layers 2 to {layer + 1} against layer 1"
    return f"layer {layer + 1} against layer {layer}"


def tree_title(wish: Wish, room: int) -> Text:
    """Above the tree: what it is of, and which files of it are shown."""
    trees = compared(wish.layer, wish.aggregated)
    if not wish.what:
        ways = [f"Tree of {trees}", trees.capitalize(), f"Layer {wish.layer + 1}"]
        return Text(f" {first_fitting(ways, room - 1)}", style="bold", no_wrap=True)

    end = "  (esc: all)"
    least = cell_len(wish.what) + len(end)
    starts = [f"Tree of {trees}  only ", f"Layer {wish.layer + 1}  only ", "Only "]
    fitting = [start for start in starts if 1 + len(start) + least <= room]
    start = (fitting or starts[-1:])[0]

    what = in_cells(wish.what, room - 1 - len(start) - len(end))
    text = Text(f" {start}", style="bold", no_wrap=True)
    return text.append(f"{what}{end}", "not bold cyan")


def keys(wish: Wish, where: str, room: int, *, attributes: bool, wraps: bool) -> Text:
    """The bottom line, for the pane that has the keys: what is on is shown in reverse."""
    order = "size" if wish.by_size else "name"
    parts = [
        Key("? help", "? help", is_on=False),
        Key(f"^O sorted by {order}", f"^O {order}", is_on=False),
    ]
    if where == "tree":
        parts += _tree_keys(wish, attributes=attributes, wraps=wraps)
    elif where == "layers":
        parts += [
            Key("^A aggregated", "^A aggregated", wish.aggregated),
            Key("^L this layer", "^L this layer", not wish.aggregated),
        ]
    parts.append(Key("⇧← ⇧→ sideways", "⇧→ sideways", is_on=False))
    return _in_room(parts, room)


def _tree_keys(wish: Wish, *, attributes: bool, wraps: bool) -> list[Key]:
    hiding = [
        Key(f"{key} {word}", f"{key} {short}", state not in wish.hidden)
        for key, (word, short, state) in _HIDING.items()
    ]
    return [
        *hiding,
        Key("^W wasted only", "^W waste", wish.wasted),
        Key("^B attributes", "^B mode", attributes),
        Key("^P wrap", "^P wrap", wraps),
    ]


def _in_room(parts: Sequence[Key], room: int) -> Text:
    """As many of them in all their words as there is room for; else the first of them."""
    number = len(parts)
    text = _joined(parts, number)
    while text.cell_len > room and number:
        number -= 1
        text = _joined(parts, number)
    while text.cell_len > room and len(parts) > 1:
        parts = parts[:-1]
        text = _joined(parts, 0)
    return text


def _joined(parts: Sequence[Key], whole: int) -> Text:
    """The first ones in all their words, the others in fewer."""
    text = Text(no_wrap=True)
    for number, part in enumerate(parts):
        words = part.words if number < whole else part.short
        text.append(" ")
        text.append(words, _ON if part.is_on else _OFF)
    return text
