"""How far reading an image has come, on standard error: a bar on a terminal, gone at the end, and
elsewhere a line from time to time, so that a log shows that something happens.

A signal of the system's clock draws it while nothing comes: a thread would keep the process from
being copied (lightship.processes).
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from lightship.wording.printable import printable
from lightship.wording.progress_bar import progress_bar

_PATIENCE = 0.4  # seconds that nothing is shown for: most images are read by then
_EVERY = 0.1  # seconds between two drawings
_CLOCK = 1.0  # seconds between two drawings while nothing comes
_LINES = 10.0  # seconds between two lines where there is no terminal
_LONG = 3.0  # seconds that are worth a word
_CLEAR = "\r\033[K"


class Progress:
    """Counts bytes, which several threads report.

    `total` is None where nobody knows it beforehand.
    """

    def __init__(self, what: str, is_terminal: bool) -> None:
        self.what, self._is_terminal = what, is_terminal
        self.total: int | None = None
        self._done, self._drawn = 0, time.monotonic() + _PATIENCE
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._process = os.getpid()  # a copy of it draws nothing
        self._is_shown = True
        self._is_drawn = False

    def add(self, number: int) -> None:
        """So many stored bytes more were read."""
        if os.getpid() != self._process:
            return
        with self._lock:
            self._done += number
            now = time.monotonic()
            if self._is_terminal and self._is_shown and now >= self._drawn:
                self._drawn = now + _EVERY
                self._draw()

    def tick(self) -> None:
        """Show where it stands, whether or not something came."""
        # Whoever has the lock may be who was interrupted for this
        if not self._lock.acquire(blocking=False):
            return
        try:
            # Nor must what cannot be shown end what was interrupted
            with suppress(OSError, RuntimeError):
                self._show()
        finally:
            self._lock.release()

    def clear(self) -> None:
        """Take the bar away, so that something can be printed."""
        with self._lock:
            if self._is_drawn:
                sys.stderr.write(_CLEAR)
                sys.stderr.flush()
            self._is_shown = self._is_drawn = False

    def _show(self) -> None:
        if not self._is_shown:
            return
        if self._is_terminal:
            self._draw()
        else:
            sys.stderr.write(f"{printable(self._text())}\n")
            sys.stderr.flush()

    def _draw(self) -> None:
        bar = progress_bar(self._done, self.total)
        text = self._text()
        if bar.share:
            text = f"{bar.full}{bar.empty}  {bar.share}  {text}"
        room = shutil.get_terminal_size((80, 24)).columns - 1
        sys.stderr.write(f"{_CLEAR}{text[:room]}")
        sys.stderr.flush()
        self._is_drawn = True

    def _text(self) -> str:
        """`reading app  1.20 GB of 5.20 GB  14 s`."""
        taken = time.monotonic() - self._began
        time_taken = f"  {taken:.0f} s" if taken >= _LONG else ""
        if not self._done:
            return f"waiting for {self.what}{time_taken}"
        amount = progress_bar(self._done, self.total).amount
        return f"reading {self.what}  {amount}{time_taken}"


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A bar or lines until the end of the `with`, whatever ends it."""
    is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    bar = Progress(what, is_terminal)
    try:
        with _clock(_CLOCK if is_terminal else _LINES, bar.tick):
            yield bar
    finally:
        bar.clear()


@contextmanager
def _clock(seconds: float, tick: Callable[[], None]) -> Iterator[None]:
    """Call `tick` so often, between two steps of this thread; not where signals cannot be had."""
    import signal  # noqa: PLC0415 - no other command needs it

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return

    def heard(*_: object) -> None:
        tick()

    before = signal.signal(signal.SIGALRM, heard)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
