"""The two lists with their keys, the left one and the tree; and what stands beside them."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from lightship.tui import tree_text
from lightship.tui.listing import Line, Listing, plain
from lightship.tui.screen_room import ScreenRoom
from lightship.tui.tree_columns import AUTOMATIC, TreeColumns, tree_columns
from lightship.tui.tree_rows import Rows


class SidePane(Listing):
    """Layers, or packages, findings, waste in their place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.other_pane", show=False),
        Binding("ctrl+a", "app.aggregated(True)", show=False),
        Binding("ctrl+l", "app.aggregated(False)", show=False),
    ]


class TreePane(Listing):
    """The tree. Its rows are those of `rows`, which opening and closing changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.other_pane", show=False),
        Binding("left,h", "parent", show=False),
        Binding("right,l", "child", show=False),
        Binding("space", "open_or_close", show=False),
        # A terminal that does not tell ctrl+space apart sends NUL, which textual calls ctrl+@.
        Binding("ctrl+space,ctrl+at,ctrl+@", "app.toggle_all", show=False),
        Binding("ctrl+a", "app.hide('ADDED')", show=False),
        Binding("v", "app.content", show=False),
    ]

    rows: Rows | None = None
    columns: TreeColumns = tree_columns(0, 0, AUTOMATIC)

    def draw(self, cursor: int | None = None) -> bool:
        """Show the rows, with the cursor where it is or at another row; false without any."""
        if self.rows is None:
            return False
        at = self.cursor if cursor is None else cursor
        self.show(len(self.rows), self._row, at)
        return True

    def _row(self, row: int) -> Line:
        rows = self.rows
        if rows and row < len(rows):
            return tree_text.line(rows, row, self.columns)
        return plain(Text())

    @property
    def node(self) -> int | None:
        """The node under the cursor."""
        if self.rows and self.cursor < len(self.rows):
            return self.rows.nodes[self.cursor]
        return None

    @property
    def file(self) -> tuple[int, int] | None:
        """The entry under the cursor, where it is a file: its layer, and its place there."""
        if self.rows and self.node is not None:
            return tree_text.file_under(self.rows, self.node)
        return None

    @property
    def is_on_directory(self) -> bool:
        """Whether there is anything below what the cursor is on."""
        if self.rows and self.node is not None:
            return self.rows.has_children(self.node)
        return False

    def action_parent(self) -> None:
        """To the directory that this lies in."""
        if self.rows and self.node is not None:
            self.move_to(self.rows.parent_row(self.cursor))

    def action_child(self) -> None:
        """Into the directory, which is opened."""
        if not self.rows or self.node is None:
            return
        if self.rows.is_open(self.cursor) or self._changed(opens=True):
            self.move_to(self.cursor + 1)

    def action_open_or_close(self) -> None:
        """Open or close the directory."""
        if self.rows and self.node is not None:
            is_open = self.rows.is_open(self.cursor)
            self._changed(opens=not is_open)

    def _changed(self, *, opens: bool) -> bool:
        """Open or close the directory; false where nothing was to be done."""
        rows = self.rows
        assert rows is not None
        change = rows.open if opens else rows.close
        is_changed = change(self.cursor)
        if is_changed:
            self.show(len(rows), self._make, self.cursor)
        return is_changed


class Panes(Horizontal):
    """Lists, details and the image on the left, the tree on the right."""

    def compose(self) -> ComposeResult:
        with Vertical(id="left"):
            yield SidePane(id="side")
            yield Static(Text(" Details", style="bold"), classes="heading")
            with VerticalScroll(id="one", can_focus=False):
                yield Static(id="details")
            yield Static(Text(" Image", style="bold"), classes="heading image")
            with VerticalScroll(id="whole", classes="image", can_focus=False):
                yield Static(id="image")
        with Vertical(id="right"):
            yield Static(id="title")
            yield Static(id="columns")
            yield TreePane(id="tree")

    def divide(self, room: ScreenRoom, *, in_tree: bool) -> None:
        """Show both sides, or where there is room for one alone that which has the keys."""
        left = self.query_one("#left")
        left.styles.width = room.left
        left.display = not (room.is_single and in_tree)

        right = self.query_one("#right")
        right.display = not room.is_single or in_tree
        right.set_class(room.is_single, "alone")
        for part in self.query(".image"):
            part.display = not room.is_low

    def leave_room(self, rows: int) -> None:
        """Let details take at most so many rows."""
        self.query_one("#one").styles.max_height = rows
