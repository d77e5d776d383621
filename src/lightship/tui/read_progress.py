"""How much of an image was read, as the line below the panes says it."""

from __future__ import annotations

from threading import Event, Lock

from rich.text import Text

from lightship.wording.printable import escaped
from lightship.wording.progress_bar import progress_bar


class Left(Exception):  # noqa: N818 - nothing is wrong
    """Ends what still reads once the viewer was left."""


class ReadProgress:
    """Counts stored bytes, which several threads report."""

    def __init__(self) -> None:
        self.left = Event()
        self._done = 0
        self._total: int | None = None
        self._lock = Lock()

    @property
    def total(self) -> int | None:
        """Bytes of all layers; None until the image was opened, or where nobody knows."""
        return self._total

    @total.setter
    def total(self, number: int | None) -> None:
        """Start again: what came by before was the way to the layers, as out of an engine."""
        with self._lock:
            self._done = 0
            self._total = number

    def add(self, number: int, /) -> None:
        """So many bytes more were read. Raises Left where nobody waits for them any more."""
        if self.left.is_set():
            raise Left
        with self._lock:
            self._done += number

    def line(self, name: str) -> Text:
        """`████░░░░   50%  120 MB of 240 MB  reading app.tar`."""
        done = self._done
        total = self._total
        bar = progress_bar(done, total)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        if bar.share:
            text.append(bar.full, "cyan")
            text.append(bar.empty, "dim")
            text.append(f"  {bar.share}  ")
        if done or total:
            text.append(f"{bar.amount}  ")
        return text.append(f"reading {escaped(name)} …")
