"""The help, as a screen over the viewer."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from lightship.tui.help_text import HELP


def box(name: str, width: str, height: str) -> str:
    """The style of a screen that is a box over the others."""
    return f"""
    {name} {{ align: center middle; }}
    {name} > .box {{
        width: {width}; max-width: 100%; height: {height};
        border: round $accent; background: $surface; padding: 0 1;
    }}
    {name} .title {{ height: 1; text-style: bold; }}
    """


class HelpScreen(ModalScreen[None]):
    """All keys."""

    CSS = box("HelpScreen", "84", "90%")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss")
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box"):
            yield Static(Text(HELP))
