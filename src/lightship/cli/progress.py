"""The bar while an image is read: a line of standard error, on a terminal only, gone at the end."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lightship.wording.progress_bar import progress_bar

_PATIENCE = 0.4  # seconds that nothing is shown for: most images are read by then
_EVERY = 0.1  # seconds between two drawings
_CLEAR = "\r\033[K"


class Progress:
    """Counts bytes, which several threads report.

    `total` is None where nobody knows it beforehand.
    """

    def __init__(self, what: str, is_shown: bool) -> None:
        self.what, self._is_shown = what, is_shown
        self.total: int | None = None
        self._done, self._drawn = 0, time.monotonic() + _PATIENCE
        self._lock = threading.Lock()
        self._process = os.getpid()  # a copy of it draws nothing
        self._is_drawn = False

    def add(self, number: int) -> None:
        """So many stored bytes more were read."""
        if os.getpid() != self._process:
            return
        with self._lock:
            self._done += number
            now = time.monotonic()
            if self._is_shown and now >= self._drawn:
                self._drawn = now + _EVERY
                self._draw()

    def clear(self) -> None:
        """Take the bar away, so that something can be printed."""
        with self._lock:
            if self._is_drawn:
                sys.stderr.write(_CLEAR)
                sys.stderr.flush()
            self._is_shown = self._is_drawn = False

    def _draw(self) -> None:
        bar = progress_bar(self._done, self.total)
        text = f"reading {self.what}  {bar.amount}"
        if bar.share:
            text = f"{bar.full}{bar.empty}  {bar.share}  {text}"
        room = shutil.get_terminal_size((80, 24)).columns - 1
        sys.stderr.write(f"{_CLEAR}{text[:room]}")
        sys.stderr.flush()
        self._is_drawn = True


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A bar until the end of the `with`, whatever ends it."""
    is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    bar = Progress(what, is_terminal)
    try:
        yield bar
    finally:
        bar.clear()
