"""What a database gives: packages with the paths that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lightship.record import record


class Kept(NamedTuple):
    """A file of the final image whose content was kept, and the layer that it is of."""

    path: bytes
    layer: int
    data: bytes


KeptFiles = Mapping[bytes, Kept]
# Bytes of a path that Linux opens (PATH_MAX): a longer directory, said once, would cost for each
# file
MOST_PATH = 4096


@record(eq=False)
class Listed:
    """A package as a database names it.

    `paths` are from the root, as the database has them, and can be gone through once; `below` owns
    all that lies in it and has no nearer owner, where it is not None. `database` is the file that
    says so.
    """

    manager: str
    name: str
    version: str
    database: Kept
    paths: Iterator[bytes] = iter(())
    below: bytes | None = None


def text(raw: bytes) -> str:
    """A name or version; bytes that are not UTF-8 are escaped."""
    return raw.decode("utf-8", "backslashreplace")


def parent(path: bytes) -> bytes:
    """The directory that a path lies in, empty for the root."""
    return path.rpartition(b"/")[0]
