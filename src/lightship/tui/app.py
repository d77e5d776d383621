"""`Explorer`: the viewer as a whole.

The screen appears at once. The image is read in a thread (reader.py); what takes time is worked out
in others (background.py), and shows when it is there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from lightship.errors import UsageError
from lightship.tui import details
from lightship.tui.around_panes import AroundPanes, texts_around
from lightship.tui.background import Background, Failed, Inspect, Learned, RowsMade
from lightship.tui.dialogs import HelpScreen
from lightship.tui.entry_facts import entry_facts
from lightship.tui.file_dialogs import ContentScreen, ExtractScreen
from lightship.tui.filters import matcher
from lightship.tui.image_reader import ImageReader, ImageUnreadable, Read, Source
from lightship.tui.left_lists import LeftList, side
from lightship.tui.listing import Line, Listing
from lightship.tui.panes import Panes, SidePane, TreePane
from lightship.tui.screen_room import ScreenRoom
from lightship.tui.tree_columns import TreeColumns, priorities, tree_columns
from lightship.tui.tree_rows import Rows
from lightship.tui.tree_view import NodeState
from lightship.tui.viewer_keys import KEYS
from lightship.tui.viewer_model import ViewerModel, Wish
from lightship.wording.printable import escaped

_EVERY = 0.1  # seconds between two looks at the progress
_STEP = 3  # rows that a key scrolls the details


class Explorer(App[None]):
    """Layers on the left, the tree on the right.

    `failure` is why the image could not be read, None where it was.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "lightship explore"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(
        self, name: str, source: Source, inspect: Inspect | None = None
    ) -> None:
        super().__init__()
        self.model = ViewerModel()
        self.failure: Exception | None = None
        self._image_name = name
        self._reader = ImageReader(self, source)
        self._background = Background(self, self.model, inspect)
        self.wish = Wish(0)
        self._side_name = "layers"
        # Whether the user asked for mode and owner, None where the room decides
        self._attributes: bool | None = None
        # Whether the tree is shown, where there is room for one pane alone
        self._in_tree = False
        self._side: LeftList = side("layers", self.model, lambda: self.wish)

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield Static(id="sides")
            yield Static(id="summary")
        yield Panes(id="panes")
        yield Static(id="about")
        hint = "filter: words, *.glob, or /regular expression/"
        yield Input(placeholder=hint, id="filter")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.query_one("#filter").display = False
        self._go_to(self.query_one(SidePane))
        self._lay_out()
        self._show_progress()
        self._ticking = self.set_interval(_EVERY, self._show_progress)
        self.call_after_refresh(self._reader.start)

    def on_resize(self) -> None:
        """Divide the screen again, once its new size is known."""
        if self.query("#keys"):
            self.call_later(self._lay_out)

    def _lay_out(self) -> None:
        """Give each pane its part of the screen, and say again what depends on its width."""
        self.query_one(Panes).divide(self.room, in_tree=self._in_tree)
        self._show_side(self.query_one(SidePane).cursor)
        self._show_words()
        self._show_tree()

    def _show_pane(self, *, in_tree: bool) -> None:
        """Where there is room for one pane alone, show that one."""
        self._in_tree = in_tree
        self.query_one(Panes).divide(self.room, in_tree=in_tree)

    def _go_to(self, pane: Listing) -> None:
        """Let a pane have the keys."""
        self._show_pane(in_tree=isinstance(pane, TreePane))
        self.set_focus(pane)

    @property
    def room(self) -> ScreenRoom:
        """How the screen is divided."""
        return ScreenRoom(self.size.width, self.size.height)

    def _columns_with_room(self) -> TreeColumns:
        index = self.model.index
        owner = index.owner_width if index else 0
        wanted = priorities(self._attributes, wasted=self.wish.wasted)
        return tree_columns(self.room.tree_row, owner, wanted)

    def _put(self, where: str, text: Text) -> None:
        self.query_one(where, Static).update(text)

    @property
    def is_working(self) -> bool:
        """Whether anything more will come without being asked for."""
        is_reading = self.model.contents is None and self.failure is None
        return is_reading or self._background.is_working

    @property
    def _top(self) -> int:
        """The highest layer, 0 also without layers."""
        if self.model.contents is None:
            return 0
        layers = self.model.contents.image.layers
        return max(len(layers) - 1, 0)

    # What was read and worked out.

    def _show_progress(self) -> None:
        self._put("#about", self._reader.progress.line(self._image_name))

    @on(Read)
    def _image_read(self, event: Read) -> None:
        self._ticking.stop()
        self._put("#about", Text(" building the tree …", style="dim"))
        self.model.contents = event.contents
        self.wish = replace(self.wish, layer=self._top)
        self._show_side(self._first_row())
        self._show_words()
        self._background.start(event.contents, self.wish)

    @on(ImageUnreadable)
    def _image_unreadable(self, event: ImageUnreadable) -> None:
        self.failure = event.error
        self.exit()

    @on(RowsMade)
    def _rows_made(self, event: RowsMade) -> None:
        self._show_rows(event.rows)

    @on(Learned)
    def _learned(self) -> None:
        had_rows = self._side.count > 0
        row = self.query_one(SidePane).cursor
        self._show_side(row)
        if self._side.count and not had_rows:  # the list that the user waited for
            self._take(row)
        else:
            self._rebuild()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self._warn(event.words)

    def _rebuild(self, **changes: Any) -> None:
        """Ask for other rows."""
        self.wish = replace(self.wish, **changes)
        self._show_words()
        self._background.ask(self.wish)

    def _show_rows(self, rows: Rows) -> None:
        tree = self.query_one(TreePane)
        node = tree.node
        # The cursor stays on its node, or goes to the nearest directory above it
        cursor = 0 if node is None else rows.row_of(node)
        tree.rows = rows
        self._show_words()
        self._show_tree(cursor)

    def _show_tree(self, cursor: int | None = None) -> None:
        """Draw the rows again, with the cursor where it is or at another row."""
        if self.query_one(TreePane).draw(cursor):
            self._show_about()

    def _side_line(self, row: int) -> Line:
        return self._side.line(row, self.room.list_row)

    def _show_about(self) -> None:
        tree = self.query_one(TreePane)
        text = Text(" nothing to show", style="dim")
        if tree.rows and tree.node is not None:
            text = entry_facts(self.model, tree.rows, tree.cursor, self.room.line)
        self._put("#about", text)

    def _show_words(self) -> None:
        """Say again what stands around the panes."""
        tree = self.query_one(TreePane)
        tree.columns = self._columns_with_room()
        shown = AroundPanes(
            self._image_name,
            self.model,
            self.wish,
            self.room,
            self._side_name,
            tree.columns,
            in_tree=tree.has_focus,
            wraps=tree.wraps,
        )
        for where, text in texts_around(shown):
            self._put(where, text)

    def _show_side(self, cursor: int) -> None:
        pane = self.query_one(SidePane)
        self._side = side(self._side_name, self.model, lambda: self.wish)
        pane.show(self._side.count, self._side_line, cursor)
        self.query_one(Panes).leave_room(self.room.details_rows(self._side.count))
        self._show_details()
        self._put("#image", self._image_details())

    def _first_row(self) -> int:
        """The row that the cursor of another list starts at."""
        return self.wish.layer if self._side_name == "layers" else 0

    def _image_details(self) -> Text:
        model = self.model
        if model.contents is None:
            return details.image_name(self._image_name, self.room.details)
        return details.image_details(model, self.room.details)

    def _show_details(self) -> None:
        row = self.query_one(SidePane).cursor
        self._put("#details", self._side.details(row, self.room.details))

    def _warn(self, words: str) -> None:
        self.notify(escaped(words), severity="warning", markup=False)

    # What the user does.

    @on(Listing.Moved, "#side")
    def _side_moved(self, event: Listing.Moved) -> None:
        self._show_details()
        self._take(event.row)

    def _take(self, row: int) -> None:
        """Let the tree show what a row of the left side means."""
        if self._side_name == "layers":
            self._rebuild(layer=row, among=None, what="")
        else:
            among = self._side.among(row)
            what = self._side.what(row)
            self._rebuild(layer=self._top, among=among, what=what)

    @on(Listing.Chosen, "#side")
    def _side_chosen(self) -> None:
        self._go_to(self.query_one(TreePane))

    @on(Listing.Moved, "#tree")
    def _tree_moved(self) -> None:
        self._show_about()

    @on(Listing.Chosen, "#tree")
    def _tree_chosen(self) -> None:
        tree = self.query_one(TreePane)
        if tree.is_on_directory:
            tree.action_open_or_close()
        else:
            self.action_content()

    def on_descendant_focus(self) -> None:
        self._show_words()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        try:
            matcher(event.value)
        except UsageError as error:
            self._put("#about", Text(f" {escaped(str(error))}", style="yellow"))
            return
        if event.value != self.wish.pattern:
            self._rebuild(pattern=event.value)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self._go_to(self.query_one(TreePane))

    def action_filter(self) -> None:
        """Show the line that the filter is typed into."""
        self._show_pane(in_tree=True)
        self.query_one("#filter").display = True
        self.set_focus(self.query_one("#filter"))

    def action_all(self) -> None:
        """Close the filter; show all files again, and the list of layers."""
        line = self.query_one("#filter", Input)
        if line.has_focus:
            self._go_to(self.query_one(TreePane))
        line.value = ""
        line.display = False
        self._rebuild(pattern="", among=None, what="")

    def action_side(self, name: str) -> None:
        """Show another list on the left."""
        self._side_name = name
        self._show_side(self._first_row())
        self.query_one("#one").scroll_home(animate=False)
        self._go_to(self.query_one(SidePane))
        if self._side.count:
            self._take(self.query_one(SidePane).cursor)
        self._show_words()

    def action_other_pane(self) -> None:
        """From the list to the tree, and back."""
        tree = self.query_one(TreePane)
        pane = self.query_one(SidePane)
        self._go_to(pane if tree.has_focus else tree)

    def action_details(self, by: int) -> None:
        """Scroll the details, which have no keys of their own."""
        self.query_one("#one").scroll_relative(y=by * _STEP, animate=False)

    def action_aggregated(self, wanted: bool) -> None:
        """All changes since the lowest layer, or the layer's own."""
        self._rebuild(aggregated=wanted)
        self.query_one(SidePane).refresh()

    def action_hide(self, name: str) -> None:
        """Hide or show what has a state."""
        self._rebuild(hidden=self.wish.hidden ^ {NodeState[name]})

    def action_wasted(self) -> None:
        """Only entries with waste, or all."""
        self._rebuild(wasted=not self.wish.wasted)

    def action_sort(self) -> None:
        """By size, or by name."""
        self._rebuild(by_size=not self.wish.by_size)

    def action_attributes(self) -> None:
        """Show mode and owner, whatever gives way for them; or not."""
        columns = self.query_one(TreePane).columns
        self._attributes = not columns.has("mode")
        self._show_words()
        self._show_tree()

    def action_wrap(self) -> None:
        """Wrap long rows of the tree, or cut them."""
        tree = self.query_one(TreePane)
        if not tree.wrap(not tree.wraps):
            self._warn("there are too many rows to wrap: close directories, or filter")
        self._show_words()

    def action_toggle_all(self) -> None:
        """Close all directories, or open all where none is open."""
        if self.model.index is None:
            return
        is_any_open = bool(self._background.opened)
        directories = set(self.model.index.children)
        self._background.opened = set() if is_any_open else directories
        self._rebuild()

    def action_help(self) -> None:
        """All keys."""
        self.push_screen(HelpScreen())

    def action_content(self) -> None:
        """The content of the file under the cursor."""
        if (place := self._file()) and self.model.contents:
            self.push_screen(ContentScreen(self.model.contents, *place))

    def action_extract(self) -> None:
        """Ask for a folder, and write the file under the cursor into it."""
        if (place := self._file()) and self.model.contents:
            screen = ExtractScreen(self.model.contents, *place)
            self.push_screen(screen, self._extracted)

    def _extracted(self, path: str | None) -> None:
        if path:
            self.notify(f"written: {escaped(path)}", markup=False)

    def _file(self) -> tuple[int, int] | None:
        """The entry under the cursor, where it is a file."""
        file = self.query_one(TreePane).file
        if file is None:
            self._warn("this is not a regular file")
        return file

    async def action_quit(self) -> None:
        """Leave; a thread that still works stops after its step."""
        self._stop()
        self.exit()

    def _stop(self) -> None:
        self._background.stop()
        self._reader.stop()

    def close(self, seconds: float) -> None:
        """Close the image after the viewer was left.

        What waits for its source is not waited for longer than that.
        """
        self._stop()
        self._reader.wait(seconds)
