"""The lines at the top and the bottom that say what is shown, and by which keys that changes."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_model import Wish

SIDES = ("layers", "packages", "findings", "waste")
_ON, _OFF = Style(reverse=True), Style(dim=True)
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
        style = Style(bold=name == active, reverse=name == active) + Style(
            meta={"@click": f"app.side('{name}')"}
        )
        text.append(f" {number} {name.capitalize()} ", style)
    return text


def compared(layer: int, aggregated: bool) -> str:
    """Which trees are compared; layers count from 1."""
    if aggregated:
        return f"layers 2 to {layer + 1} against layer 1" if layer else "layer 1"
    return (
        f"layer {layer + 1} against layer {layer}"
        if layer
        else "layer 1 against nothing"
    )


def tree_title(wish: Wish) -> Text:
    """Above the tree."""
    text = Text(
        f" Tree of {compared(wish.layer, wish.aggregated)}", style="bold", no_wrap=True
    )
    return (
        text.append(f"  only {wish.what}  (esc: all)", "not bold cyan")
        if wish.what
        else text
    )


def keys(wish: Wish, where: str, *, attributes: bool, wraps: bool) -> Text:
    """The bottom line, for the pane that has the keys: what is on is shown in reverse."""
    parts: list[tuple[str, bool]] = []
    if where == "tree":
        parts += [
            (f"{key} {word}", state not in wish.hidden)
            for key, (word, state) in _HIDING.items()
        ]
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
    text = Text(
        f" ? help  sorted by {'size' if wish.by_size else 'name'} (^O) ", no_wrap=True
    )
    for words, is_on in parts:
        text.append(" ").append(words, _ON if is_on else _OFF)
    return text
