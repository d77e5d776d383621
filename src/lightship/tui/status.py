"""The lines at the top and the bottom that say what is shown, and by which keys that changes."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_model import Wish

SIDES = ("layers", "packages", "findings", "waste")
_ON = Style(reverse=True)
_OFF = Style(dim=True)
_HIDING = {
    "^A": ("added", NodeState.ADDED),
    "^R": ("removed", NodeState.REMOVED),
    "^M": ("modified", NodeState.CHANGED),
    "^U": ("unmodified", NodeState.SAME),
}


def sides(active: str) -> Text:
    """`1 Layers  2 Packages …`, which can be clicked."""
    text = Text(no_wrap=True)
    for number, name in enumerate(SIDES, 1):
        is_active = name == active
        look = Style(bold=is_active, reverse=is_active)
        click = Style(meta={"@click": f"app.side('{name}')"})
        text.append(f" {number} {name.capitalize()} ", look + click)
    return text


def compared(layer: int, aggregated: bool) -> str:
    """Which trees are compared; layers count from 1."""
    if not layer:
        return "layer 1" if aggregated else "layer 1 against nothing"
    if aggregated:
        return f"layers 2 to {layer + 1} against layer 1"
    return f"layer {layer + 1} against layer {layer}"


def tree_title(wish: Wish) -> Text:
    """Above the tree."""
    trees = compared(wish.layer, wish.aggregated)
    text = Text(f" Tree of {trees}", style="bold", no_wrap=True)
    if wish.what:
        text.append(f"  only {wish.what}  (esc: all)", "not bold cyan")
    return text


def keys(wish: Wish, where: str, *, attributes: bool, wraps: bool) -> Text:
    """The bottom line, for the pane that has the keys: what is on is shown in reverse."""
    parts: list[tuple[str, bool]] = []
    if where == "tree":
        for key, (word, state) in _HIDING.items():
            is_shown = state not in wish.hidden
            parts.append((f"{key} {word}", is_shown))
        parts += [
            ("^W wasted only", wish.wasted),
            ("^B attributes", attributes),
            ("^P wrap", wraps),
        ]
    elif where == "layers":
        parts += [
            ("^A aggregated", wish.aggregated),
            ("^L this layer", not wish.aggregated),
        ]

    order = "size" if wish.by_size else "name"
    text = Text(f" ? help  sorted by {order} (^O) ", no_wrap=True)
    for words, is_on in parts:
        style = _ON if is_on else _OFF
        text.append(" ")
        text.append(words, style)
    return text
