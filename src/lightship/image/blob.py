"""`Blob`: the bytes of a layer as they are stored, wherever that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lightship.record import record


class Stream(Protocol):
    """What can be read once, from its start.

    As a binary file's `read`, an empty answer is the end.
    """

    def read(self, size: int, /) -> bytes: ...


@record(eq=False)
class Blob:
    """Stored bytes. All functions raise an ImageError or FileError with a sentence for people.

    `read_at(offset, length)` gives that many bytes, fewer only at the end, and may be called from
    several threads; None where the bytes can only be read in order, or where asking for a part
    costs a request (`is_remote`). `open()` starts again from the beginning each time. `name` is
    for errors: a digest or a file in an archive. `cut` makes a part of a file, which is then read
    without a way through the whole: headers of a tar are read by the hundred thousand.
    """

    name: str
    size: int
    read_at: Callable[[int, int], bytes]
    open: Callable[[], Stream]
    is_remote: bool = False
    cut: Callable[[int, int, str], Blob] | None = None

    def part(self, offset: int, size: int, name: str) -> Blob:
        """`size` bytes from `offset` on as a blob of their own."""
        if self.cut is not None:
            return self.cut(offset, size, name)

        def read_at(at: int, length: int) -> bytes:
            if 0 <= at < size:
                return self.read_at(offset + at, min(length, size - at))
            return b""

        return Blob(name, size, read_at, lambda: BlobReader(read_at))


class BlobReader:
    """What can be read at any place, read from its start: a Stream."""

    def __init__(self, read_at: Callable[[int, int], bytes]) -> None:
        self._read_at = read_at
        self._at = 0

    def read(self, size: int, /) -> bytes:
        data = self._read_at(self._at, size)
        self._at += len(data)
        return data
