"""The content of a file, and the folder to extract it into, as screens over the viewer."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from lightship.errors import ImageError, LightshipError
from lightship.image.entry_changes import file_of
from lightship.image.read import Contents
from lightship.tui.dialogs import box
from lightship.tui.extract import ExistsError, extract
from lightship.tui.file_content import MOST, Page, page
from lightship.tui.fitting import in_cells
from lightship.tui.listing import STEP, Line, Listing, plain
from lightship.wording.printable import escaped
from lightship.wording.sizes import size


def load(contents: Contents, layer: int, index: int) -> Page:
    """The start of a file, or of the file of a hard link."""
    file = file_of(contents.stack, layer, index)
    if file is None:
        raise ImageError("the file that this links to is missing")

    file_layer, file_index = file
    data = contents.read(file_layer, file_index, MOST)
    scan = contents.stack.scan(file_layer)
    return page(data, scan.sizes[file_index])


def _shown_path(contents: Contents, layer: int, index: int) -> str:
    path = contents.stack.scan(layer).paths[index]
    return f"/{escaped(path)}"


class ContentLines(Listing):
    """Lines of a file; left and right move over long ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", f"aside({-STEP})", show=False),
        Binding("right,l", f"aside({STEP})", show=False),
        Binding("tab,enter", "nothing", show=False),
    ]

    def action_nothing(self) -> None:
        """Keys that mean nothing here."""


class ContentScreen(ModalScreen[None]):
    """A file's content, which a thread reads."""

    CSS = box("ContentScreen", "95%", "95%")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "dismiss"),
        Binding("x", "hex"),
        Binding("ctrl+p", "wrap"),
        Binding("ctrl+e", "app.extract"),
    ]

    def __init__(self, contents: Contents, layer: int, index: int) -> None:
        super().__init__()
        self._contents = contents
        self._place = (layer, index)
        self._path = _shown_path(contents, layer, index)
        self._page: Page | None = None
        self._as_hex = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            title = Text(f"{self._path}  reading …")
            yield Static(title, classes="title", id="content-title")
            yield ContentLines(id="content")
            keys = "x: text or bytes  ctrl+p: wrap  ctrl+e: extract  esc: back"
            yield Static(Text(keys, style="dim"), classes="keys")

    def on_mount(self) -> None:
        self.query_one(ContentLines).focus()
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        try:
            page = load(self._contents, *self._place)
        except LightshipError as error:
            reason = escaped(str(error))
            self.app.call_from_thread(self._set_title, reason)
        else:
            self.app.call_from_thread(self._show, page)

    def _set_title(self, words: str) -> None:
        self.query_one("#content-title", Static).update(Text(words))

    def _show(self, page: Page) -> None:
        self._page = page
        self._as_hex = not page.is_text
        self._lay_out()

    def _lay_out(self) -> None:
        page = self._page
        as_hex = self._as_hex
        if page is None:
            return

        amount = size(page.size)
        if len(page.data) < page.size:
            amount = f"the first {size(len(page.data))} of {amount}"
        room = self.query_one("#content-title").size.width - len(amount) - 2
        self._set_title(f"{in_cells(self._path, room)}  {amount}")

        def line(row: int) -> Line:
            return plain(Text(page.line(row, as_hex), no_wrap=True))

        self.query_one(ContentLines).show(page.count(as_hex), line)

    def action_hex(self) -> None:
        if self._page and self._page.is_text:
            self._as_hex = not self._as_hex
            self._lay_out()

    def action_wrap(self) -> None:
        lines = self.query_one(ContentLines)
        if not lines.wrap(not lines.wraps):
            self.notify("there are too many lines to wrap", markup=False)


class ExtractScreen(ModalScreen[str]):
    """Asks for a folder, and writes in a thread.

    Its answer is the path, empty where nothing was written.
    """

    CSS = box("ExtractScreen", "80%", "9")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel")]

    def __init__(self, contents: Contents, layer: int, index: int) -> None:
        super().__init__()
        self._contents = contents
        self._place = (layer, index)
        self._path = _shown_path(contents, layer, index)
        # The folder in which the name is taken, once the user was asked
        self._asked = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            room = self.app.size.width * 8 // 10 - len("Extract ") - 4
            title = Text(f"Extract {in_cells(self._path, room)}")
            yield Static(title, classes="title")
            hint = "the folder to write into, such as /tmp/found"
            yield Input(placeholder=hint, id="folder")
            keys = Text("Enter: write   esc: back", style="dim")
            yield Static(keys, id="answer")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        self._asked = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        folder = event.value.strip()
        if not folder:
            self._say("enter a folder; . is the current directory")
            return
        work = partial(self._extract, folder, folder == self._asked)
        self.run_worker(work, thread=True, exclusive=True)

    def _extract(self, folder: str, overwrite: bool) -> None:
        call = self.app.call_from_thread
        try:
            path = extract(self._contents, *self._place, folder, overwrite=overwrite)
        except ExistsError as error:
            call(self._ask, folder, str(error))
        except LightshipError as error:
            call(self._say, str(error))
        else:
            call(self.dismiss, path)

    def _ask(self, folder: str, reason: str) -> None:
        self._asked = folder
        self._say(f"{reason}: press Enter again to overwrite it")

    def _say(self, words: str) -> None:
        text = Text(escaped(words), style="yellow")
        self.query_one("#answer", Static).update(text)

    def action_cancel(self) -> None:
        self.dismiss("")
