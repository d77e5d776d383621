"""The two lists with their keys: the left one, and the tree."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from lightship.tui.listing import Listing
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

    @property
    def node(self) -> int | None:
        """The node under the cursor."""
        if self.rows and self.cursor < len(self.rows):
            return self.rows.nodes[self.cursor]
        return None

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
