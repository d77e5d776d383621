"""`ImageReader`: the thread that opens and reads the image.

It keeps it open until the viewer is left.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread

from textual.app import App
from textual.message import Message

from lightship.image.read import Contents
from lightship.tui.read_progress import ReadProgress

Source = Callable[[ReadProgress], AbstractContextManager[Contents]]
"""Opens and reads an image, whose contents can be asked for until the end of the `with`."""


class Read(Message):
    """The image was read."""

    def __init__(self, contents: Contents) -> None:
        super().__init__()
        self.contents = contents


class ImageUnreadable(Message):
    """The image cannot be opened or read."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class ImageReader:
    """One thread enters and leaves the source, so that the thread that opened a file closes it."""

    def __init__(self, app: App[None], source: Source) -> None:
        self.progress = ReadProgress()
        self._app = app
        self._source = source
        # A daemon: what waits for an engine cannot be woken, and the viewer ends all the same
        self._thread = Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Open and read; a message says when that is done."""
        self._thread.start()

    def stop(self) -> None:
        """Close the image; where it is still being read, when the next bytes come."""
        self.progress.left.set()

    def wait(self, seconds: float) -> None:
        """Until the image was closed, but not for longer."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        try:
            with self._source(self.progress) as contents:
                self._app.post_message(Read(contents))
                self.progress.left.wait()
        except Exception as error:  # noqa: BLE001 - whoever runs the viewer raises it again
            if not self.progress.left.is_set():
                self._app.post_message(ImageUnreadable(error))
