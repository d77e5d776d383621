"""The keys that mean the same wherever the cursor is."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from lightship.tui.status import SIDES

_SIDE_KEYS = [
    Binding(str(number), f"side('{name}')") for number, name in enumerate(SIDES, 1)
]

KEYS: list[BindingType] = [
    Binding("ctrl+c,ctrl+q", "quit", priority=True),
    Binding("q", "quit"),
    Binding("question_mark,f1", "help"),
    Binding("ctrl+f,slash,ctrl+slash,ctrl+underscore", "filter"),
    Binding("escape", "all"),
    Binding("ctrl+r", "hide('REMOVED')"),
    Binding("ctrl+m,M", "hide('CHANGED')"),
    Binding("ctrl+u", "hide('SAME')"),
    Binding("ctrl+w", "wasted"),
    Binding("ctrl+o", "sort"),
    Binding("ctrl+b", "attributes"),
    Binding("ctrl+p", "wrap"),
    Binding("ctrl+e", "extract"),
    Binding("left_square_bracket", "details(-1)"),
    Binding("right_square_bracket", "details(1)"),
    *_SIDE_KEYS,
]
