"""`Blob`: the bytes of a layer as they are stored, wherever that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lightship.record import record


class Stream(Protocol):
    """What can be read once, from its start; as a binary file's `read`, an empty answer is the end."""

    def read(self, size: int, /) -> bytes: ...


@record(eq=False)
class Blob:
    """Stored bytes. All functions raise an ImageError or FileError with a sentence for people.

    `read_at(offset, length)` gives that many bytes, fewer only at the end, and may be called from several threads;
    None where the bytes can only be read in order, or where asking for a part costs a request (`is_remote`).
    `open()` reads from the start, each time anew. `name` is for errors: a digest or a file in an archive.
    """

    name: str
    size: int
    read_at: Callable[[int, int], bytes]
    open: Callable[[], Stream]
    is_remote: bool = False
