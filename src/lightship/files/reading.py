"""Bytes of files, and where a file lies."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lightship.context.files import LONGEST_READ
from lightship.errors import FileError

if TYPE_CHECKING:
    from hashlib import _Hash

STDIN = "-"
_PIECE = 1 << 20  # bytes that are read at once
# A symlink is not followed, and a pipe not waited for.
_NO_SURPRISES = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_file(path: str) -> bytes:
    """The bytes of a file; of standard input for `-`. A FileError where it cannot be read."""
    if path == STDIN:
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error


def read_regular(path: str) -> bytes | None:
    """The start of a regular file: at most LONGEST_READ + 1 bytes. None for anything else."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read(LONGEST_READ + 1)
    except (OSError, ValueError):
        return None


def read_pieces(path: str) -> Iterator[bytes]:
    """The bytes of a file, piece by piece; none of anything but a regular file."""
    try:
        with os.fdopen(os.open(path, _NO_SURPRISES), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return
            while data := file.read(_PIECE):
                yield data
    except OSError as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error


def hash_file(path: str, start: Callable[[int], _Hash]) -> str:
    """The hex digest of a file's bytes; `start` makes the hash from its size in bytes.

    A FileError where the path is not a regular file: a link or a pipe may have taken its place.
    """
    try:
        handle = os.open(path, _NO_SURPRISES)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise FileError(f"cannot read {path}: not a regular file")
            state = start(status.st_size)
            piece = min(status.st_size + 1, _PIECE)  # a piece costs its whole length
            while data := os.read(handle, piece):
                state.update(data)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error
    return state.hexdigest()


def path_inside(path: str, root: str) -> str | None:
    """`path` relative to the directory `root`, with `/`; None where it lies elsewhere."""
    relative = os.path.relpath(os.path.abspath(path), os.path.abspath(root))
    if relative.split(os.sep)[0] == os.pardir:
        return None
    return relative.replace(os.sep, "/")


def is_same_place(path: str, other: str) -> bool:
    """Whether two paths lead to the same file or directory, through whatever links."""
    if path == other:
        return True
    return os.path.realpath(path) == os.path.realpath(other)


def reason_of(error: OSError | ValueError) -> str:
    """What went wrong, in the system's words."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
