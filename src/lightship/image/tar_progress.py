"""How far a tar was read, and what of it stays in memory."""

from __future__ import annotations

from typing import Protocol

from lightship.errors import ImageError
from lightship.image.read_limits import Limits, over
from lightship.record import record

_SHOWN = 200  # characters of a path in an error


class TarSource(Protocol):
    """Where the tar is read from.

    What is asked for never overlaps, and offsets grow, so that a stream can serve.
    """

    def read_at(self, offset: int, size: int, /) -> bytes:
        """Bytes from a place on, fewer only at the end."""

    def hash_at(self, offset: int, size: int, /) -> int:
        """xxh3-64 of the content at a place; -1 where it ends too early."""

    def ends_before(self, offset: int, /) -> bool:
        """Whether there are fewer bytes than that; asked where a tar seems to end."""


@record(eq=False, frozen=False)
class TarProgress:
    """How far a tar was read: `at` is the place of the header that is read, or of what follows it.

    `where` names the tar in errors. `kept` are bytes that stay in memory.
    """

    where: str
    limits: Limits
    at: int = 0
    kept: int = 0

    def keep(self, size: int) -> None:
        """Count bytes that stay in memory."""
        self.kept += size
        if self.kept > self.limits.kept_bytes:
            raise over("kept_bytes", self.limits.kept_bytes, self.where)

    def cut_off(self, path: bytes, start: int) -> ImageError:
        """The error for a content that is not all there; `start` is where it begins."""
        self.at = start
        name = path.decode("utf-8", "backslashreplace")
        return self.error(f"the tar ends inside {name[:_SHOWN]!r}")

    def error(self, what: str) -> ImageError:
        return ImageError(f"{self.where}: {what} (near byte {self.at:,} of the tar)")
