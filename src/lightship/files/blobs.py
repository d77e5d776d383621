"""Files that images are read from: as a Blob, which can be read at any place, or as a Stream."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from lightship.errors import FileError
from lightship.files.reading import reason_of
from lightship.image.blob import Blob, BlobReader, Stream
from lightship.image.read_limits import over

_PIECE = 1 << 20  # bytes that are copied at once


@contextmanager
def open_blob(path: str) -> Iterator[Blob | Stream]:
    """A file that can be read at any place, by several threads; as a Stream where it is a pipe."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - an error inside the `with` is not about opening
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {reason_of(error)}") from error
    with file:
        yield blob_of_handle(file, path)


def blob_of_handle(file: BinaryIO, name: str) -> Blob | Stream:
    """An open file as a Blob; the file itself where it is not regular, or was read from already."""
    try:
        handle = file.fileno()
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or file.tell():
            return file
    except (OSError, ValueError):
        return file
    return _part(handle, 0, status.st_size, name, name)


def _part(handle: int, start: int, size: int, part: str, name: str) -> Blob:
    """`size` bytes of a file from `start` on; `name` is the file's, for errors."""
    pread = os.pread

    def read_at(offset: int, length: int) -> bytes:
        if offset + length > size:
            if (
                offset >= size
            ):  # however far beyond: the system takes no number above 2^63
                return b""
            length = size - offset
        try:
            data = pread(handle, length, start + offset)
            # A read may be cut short, as by a signal.
            while 0 < len(data) < length:
                more = pread(handle, length - len(data), start + offset + len(data))
                if not more:
                    break
                data += more
        except OSError as error:
            raise FileError(f"cannot read {name}: {reason_of(error)}") from error
        return data

    def cut(offset: int, length: int, inner: str) -> Blob:
        return _part(handle, start + offset, length, inner, name)

    return Blob(part, size, read_at, lambda: BlobReader(read_at), cut=cut)


@contextmanager
def spooled(stream: Stream, most: int, name: str) -> Iterator[Blob]:
    """All bytes of a stream, in a file without a name that is gone at the end.

    An ImageError for more than `most` bytes, a FileError where the disk is full.
    """
    import tempfile  # noqa: PLC0415 - 5 ms, and most runs keep nothing

    with tempfile.TemporaryFile(prefix="lightship-") as file:
        size = 0
        while data := stream.read(_PIECE):
            size += len(data)
            if size > most:
                raise over("layer_bytes", most, name)
            try:
                file.write(data)
            except OSError as error:
                folder = tempfile.gettempdir()
                raise FileError(
                    f"cannot store {name} in {folder}: {reason_of(error)}"
                ) from error
        file.flush()
        file.seek(0)
        blob = blob_of_handle(cast("BinaryIO", file), name)
        assert isinstance(blob, Blob)
        yield blob
