"""The content of a file, and the folder to extract it into, as screens over the viewer."""

from __future__ import annotations

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
from lightship.tui.listing import Listing
from lightship.wording.printable import escaped
from lightship.wording.sizes import size


def load(contents: Contents, layer: int, index: int) -> Page:
    """The start of a file, or of the file of a hard link."""
    file = file_of(contents.stack, layer, index)
    if file is None:
        raise ImageError("the file that this links to is missing")
    return page(contents.read(*file, MOST), contents.stack.scan(file[0]).sizes[file[1]])


class ContentLines(Listing):
    """Lines of a file; left and right move over long ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "aside(-8)", show=False),
        Binding("right,l", "aside(8)", show=False),
        Binding("tab,enter", "nothing", show=False),
    ]

    def action_aside(self, by: int) -> None:
        self.shift = max(self.shift + by, 0)
        self.refresh()

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
        self._contents, self._place = contents, (layer, index)
        self._path = f"/{escaped(contents.stack.scan(layer).paths[index])}"
        self._page: Page | None = None
        self._as_hex = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(
                Text(f"{self._path}  reading …"), classes="title", id="content-title"
            )
            yield ContentLines(id="content")

    def on_mount(self) -> None:
        self.query_one(ContentLines).focus()
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        try:
            found: Page | str = load(self._contents, *self._place)
        except LightshipError as error:
            found = str(error)
        self.app.call_from_thread(self._show, found)

    def _show(self, found: Page | str) -> None:
        if isinstance(found, str):
            self.query_one("#content-title", Static).update(Text(escaped(found)))
            return
        self._page, self._as_hex = found, not found.is_text
        self._lay_out()

    def _lay_out(self) -> None:
        page, as_hex = self._page, self._as_hex
        if page is None:
            return
        part = (
            f"the first {size(len(page.data))} of "
            if len(page.data) < page.size
            else ""
        )
        keys = "x: text or bytes   ctrl+p: wrap   ctrl+e: extract   esc: back"
        self.query_one("#content-title", Static).update(
            Text(f"{self._path}  {part}{size(page.size)}   {keys}")
        )
        lines = self.query_one(ContentLines)
        lines.show(
            page.count(as_hex), lambda row: Text(page.line(row, as_hex), no_wrap=True)
        )

    def action_hex(self) -> None:
        if self._page and self._page.is_text:
            self._as_hex = not self._as_hex
            self._lay_out()

    def action_wrap(self) -> None:
        lines = self.query_one(ContentLines)
        lines.shift = 0
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
        self._contents, self._place = contents, (layer, index)
        self._path = f"/{escaped(contents.stack.scan(layer).paths[index])}"
        self._asked = (
            ""  # the folder in which the name is taken, once the user was asked
        )

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Text(f"Extract {self._path}"), classes="title")
            yield Input(
                placeholder="the folder to write into, such as /tmp/found", id="folder"
            )
            yield Static(Text("Enter: write   esc: back", style="dim"), id="answer")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        self._asked = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        folder = event.value.strip()
        if not folder:
            self._say("enter a folder; . is the current directory")
            return
        self.run_worker(
            lambda: self._extract(folder, folder == self._asked),
            thread=True,
            exclusive=True,
        )

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
        self.query_one("#answer", Static).update(Text(escaped(words), style="yellow"))

    def action_cancel(self) -> None:
        self.dismiss("")
