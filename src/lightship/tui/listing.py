"""`Listing`: rows of text of which only those on the screen are made.

So half a million scroll as ten do.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from math import ceil
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

WRAPPED_AT_MOST = 20_000  # rows: to wrap them, all have to be made

Make = Callable[[int], Text]


class Listing(ScrollView, can_focus=True):
    """A cursor over rows.

    `make` gives a row's text, which must have nothing in it that a terminal would obey.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup,u", "page(-1)", show=False),
        Binding("pagedown,d", "page(1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
        Binding("enter", "choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"listing--cursor", "listing--away"}
    DEFAULT_CSS = """
    Listing { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    Listing > .listing--cursor { background: $accent 45%; text-style: bold; }
    Listing > .listing--away { background: $surface-lighten-2; }
    """

    class Moved(Message):
        """The cursor is at another row."""

        def __init__(self, listing: Listing, row: int) -> None:
            super().__init__()
            self.listing = listing
            self.row = row

        @property
        def control(self) -> Listing:
            return self.listing

    class Chosen(Moved):
        """Enter, or a click on the row of the cursor."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - textual's own name
        super().__init__(id=id)
        self.cursor = 0
        self.count = 0
        self.shift = 0
        self.wraps = False
        self._make: Make = lambda _row: Text()
        self._row_style = Style.null()
        self._starts = array("Q")  # of each row its first line, where rows are wrapped
        self._lines = 0

    def show(self, count: int, make: Make, cursor: int = 0) -> None:
        """Show other rows. No message is sent of the cursor."""
        self.count = count
        self._make = make
        self.cursor = max(min(cursor, count - 1), 0)
        self._lay_out()
        self._follow()
        self.refresh()

    def wrap(self, wanted: bool) -> bool:
        """Long rows go on in the next line, or are cut.

        False where there are too many rows for that.
        """
        self.wraps = wanted and self.count <= WRAPPED_AT_MOST
        self._lay_out()
        self._follow()
        self.refresh()
        return self.wraps == wanted

    def _lay_out(self) -> None:
        width = max(self.scrollable_content_region.width, 1)
        self.wraps = self.wraps and self.count <= WRAPPED_AT_MOST
        self._starts = array("Q")
        self._lines = self.count

        if self.wraps:
            self._lines = 0
            for row in range(self.count):
                self._starts.append(self._lines)
                columns = self._make(row).cell_len
                self._lines += max(ceil(columns / width), 1)
        self.virtual_size = Size(width, self._lines)

    def _line_of(self, row: int) -> int:
        """The first line of a row."""
        if self.wraps and row < len(self._starts):
            return self._starts[row]
        return row

    def row_at(self, line: int) -> int:
        """The row that a line of the whole listing belongs to."""
        if not self.wraps:
            return line
        return bisect_right(self._starts, line) - 1

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual works a widget's style out from all that is above it: once for all lines
        self._row_style = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        row = self.row_at(line)
        if line >= self._lines or row >= self.count:
            return Strip.blank(width, self._row_style)

        text = self._make(row)
        left = self.shift
        if self.wraps:
            left = (line - self._line_of(row)) * width
        strip = Strip(text.render(self.app.console, end=""))
        part = strip.crop_extend(left, left + width, None)

        style = self._row_style
        if row == self.cursor:
            name = "listing--cursor" if self.has_focus else "listing--away"
            style += self.get_component_rich_style(name)
        return part.apply_style(style)

    def move_to(self, row: int) -> None:
        """Set the cursor, and say so."""
        row = max(min(row, self.count - 1), 0)
        if row == self.cursor or not self.count:
            return
        self.cursor = row
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self, row))

    def _follow(self) -> None:
        line = self._line_of(self.cursor)
        self.scroll_to_region(Region(0, line, 1, 1), animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        rows = max(self.size.height - 1, 1)
        self.move_to(self.cursor + by * rows)

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(self.count - 1)

    def action_choose(self) -> None:
        if self.count:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the row of the cursor it is Enter."""
        at = event.get_content_offset(self)
        if at is None:
            return

        line = at.y + self.scroll_offset.y
        row = self.row_at(line)
        if line >= self._lines or row >= self.count:
            return
        if row == self.cursor:
            self.action_choose()
        else:
            self.move_to(row)

    def on_resize(self) -> None:
        self._lay_out()
        self._follow()
