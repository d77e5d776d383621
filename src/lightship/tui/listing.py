"""`Listing`: rows of text of which only those on the screen are made.

So half a million scroll as ten do. What is too long scrolls sideways, and is marked.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from math import ceil
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lightship.record import record

WRAPPED_AT_MOST = 20_000  # rows: to wrap them, all have to be made
STEP = 8  # cells that a key scrolls sideways
_MARK = Style(color="cyan", bold=True)
_BEFORE = "‹"  # noqa: RUF001 - where a row goes on to the left
_MORE = "›"  # noqa: RUF001 - and to the right


@record(eq=False)
class Line:
    """A row: `head` stays where it is, and `text` scrolls sideways beside it."""

    head: Text
    text: Text


def plain(text: Text) -> Line:
    """A row of which all scrolls."""
    return Line(Text(), text)


Make = Callable[[int], Line]


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
        Binding("shift+left,H", f"aside({-STEP})", show=False),
        Binding("shift+right,L", f"aside({STEP})", show=False),
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
        self._make: Make = lambda _row: plain(Text())
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
        self._keep_in_sight()
        self.refresh()

    def wrap(self, wanted: bool) -> bool:
        """Long rows go on in the next line, or are cut.

        False where there are too many rows for that.
        """
        self.wraps = wanted and self.count <= WRAPPED_AT_MOST
        self.shift = 0
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
                made = self._make(row)
                room = _room(made, width)
                self._lines += max(ceil(made.text.cell_len / room), 1)
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

        part = self._shown(self._make(row), line - self._line_of(row), width)
        style = self._row_style
        if row == self.cursor:
            name = "listing--cursor" if self.has_focus else "listing--away"
            style += self.get_component_rich_style(name)
        return part.apply_style(style)

    def _shown(self, made: Line, part: int, width: int) -> Strip:
        """One line of a row: the first, or where rows are wrapped a later part of it."""
        head = self._strip(made.head)
        text = self._strip(made.text)
        room = _room(made, width)
        if not self.wraps:
            return Strip.join([head, _window(text, self.shift, room)])
        if part:
            head = Strip.blank(head.cell_length)
        start = part * room
        return Strip.join([head, text.crop_extend(start, start + room, None)])

    def _strip(self, text: Text) -> Strip:
        return Strip(text.render(self.app.console, end=""))

    def move_to(self, row: int) -> None:
        """Set the cursor, and say so."""
        row = max(min(row, self.count - 1), 0)
        if row == self.cursor or not self.count:
            return
        self.cursor = row
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self, row))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """Scroll back where no row on the screen reaches as far to the right."""
        if self.shift:
            self.shift = min(self.shift, self._farthest())

    def _farthest(self) -> int:
        """So many cells sideways the longest row on the screen ends."""
        width = self.scrollable_content_region.width
        first = self.scroll_offset.y
        last = min(first + self.size.height, self.count)
        hidden = [_hidden(self._make(row), width) for row in range(first, last)]
        return max([0, *hidden])

    def action_aside(self, by: int) -> None:
        """Scroll sideways."""
        if not self.wraps:
            self.shift = max(min(self.shift + by, self._farthest()), 0)
            self.refresh()

    def on_mouse_scroll_left(self) -> None:
        self.action_aside(-STEP)

    def on_mouse_scroll_right(self) -> None:
        self.action_aside(STEP)

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
        self._keep_in_sight()


def _room(made: Line, width: int) -> int:
    """Cells for what scrolls."""
    return max(width - made.head.cell_len, 1)


def _hidden(made: Line, width: int) -> int:
    """Cells that a row is too long by."""
    return made.text.cell_len - _room(made, width)


def _window(text: Strip, shift: int, room: int) -> Strip:
    """The part of a row that is shown, with a mark at each end where it goes on."""
    is_later = shift > 0 and text.cell_length > 0
    goes_on = text.cell_length > shift + room
    start = shift + is_later
    end = max(shift + room - goes_on, start)
    parts = [_mark(_BEFORE)] if is_later else []
    parts.append(text.crop_extend(start, end, None))
    if goes_on:
        parts.append(_mark(_MORE))
    return Strip.join(parts)


def _mark(sign: str) -> Strip:
    return Strip([Segment(sign, _MARK)], 1)
