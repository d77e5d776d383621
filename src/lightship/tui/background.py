"""What the viewer works out in threads, so that it never waits; messages say what is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock, Thread
from traceback import format_exc

from rich.text import Text
from textual.app import App
from textual.message import Message

from lightship.errors import LightshipError
from lightship.image.read import Contents
from lightship.inspection.inspection import Inspection
from lightship.tui.node_index import index_of, wasted
from lightship.tui.tree_rows import Rows
from lightship.tui.viewer_model import ViewerModel, Wish

Inspect = Callable[[Contents], Inspection]

# Nodes of an image, up to which all directories are open from the start
_OPEN_AT_FIRST = 300
_ROWS_AT_FIRST = 30  # else: the largest directories, up to so many rows


class RowsMade(Message):
    """The rows that were requested last are there."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows


class Learned(Message):
    """Waste or the inspection is known by now."""


class Failed(Message):
    """Something cannot be found out; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class Background:
    """Threads for an app. `opened` has the directories that are open; the app changes it."""

    def __init__(
        self, app: App[None], model: ViewerModel, inspect: Inspect | None
    ) -> None:
        self.opened: set[int] = set()
        self._app = app
        self._model = model
        self._inspect = inspect
        self._wish: Wish | None = None  # the last one, as long as nobody works on it
        self._lock = Lock()
        self._is_busy = False
        self._is_leaving = False
        self._working = 0  # threads

    @property
    def is_working(self) -> bool:
        """Whether anything more will come without being asked for."""
        return self._working > 0

    def start(self, contents: Contents, wish: Wish) -> None:
        """Work out everything of an image that was read, the rows first."""
        self._model.contents = contents
        self._wish = wish
        self._is_busy = True
        self._in_thread(partial(self._work_out_all, contents))

    def ask(self, wish: Wish) -> None:
        """Make other rows.

        Where some are being made, after them, and of several wishes the last one.
        """
        with self._lock:
            self._wish = wish
            if self._is_busy or self._model.index is None:
                return
            self._is_busy = True
        self._in_thread(self._make_rows)

    def stop(self) -> None:
        """End after the step that is being done."""
        self._is_leaving = True

    def _in_thread(self, work: Callable[[], None]) -> None:
        """A thread of our own: textual's workers would have to end before the viewer does."""

        def guarded() -> None:
            try:
                work()
            except Exception:  # noqa: BLE001 - a bug, or the image was closed meanwhile
                if not self._is_leaving:
                    trace = Text(format_exc())
                    leave = partial(self._app.exit, return_code=1, message=trace)
                    self._app.call_from_thread(leave)
            finally:
                with self._lock:
                    self._working -= 1

        with self._lock:
            self._working += 1
        Thread(target=guarded, daemon=True).start()

    def _work_out_all(self, contents: Contents) -> None:
        model = self._model
        model.index = index_of(contents.stack)
        self._make_first_rows()
        try:
            if not self._is_leaving:
                model.waste = wasted(model.index, contents.waste)
                self._app.post_message(Learned())
            if self._inspect is not None and not self._is_leaving:
                model.inspection = self._inspect(contents)
                self._app.post_message(Learned())
        except LightshipError as error:
            # Bytes that cannot be read: what is known so far is shown
            self._app.post_message(Failed(str(error)))

    def _make_first_rows(self) -> None:
        wish = self._next()
        index = self._model.index
        if wish is None or index is None:
            return
        if len(index.paths) <= _OPEN_AT_FIRST:
            self.opened.update(index.children)
        rows = self._model.rows(wish, self.opened)
        if not self.opened:
            rows.open_largest(_ROWS_AT_FIRST)
        self._app.post_message(RowsMade(rows))
        self._make_rows()

    def _make_rows(self) -> None:
        while (wish := self._next()) is not None:
            rows = self._model.rows(wish, self.opened)
            self._app.post_message(RowsMade(rows))

    def _next(self) -> Wish | None:
        """The wish to work on, which is nobody else's then."""
        with self._lock:
            wish = self._wish
            self._wish = None
            self._is_busy = wish is not None and not self._is_leaving
            return wish if self._is_busy else None
