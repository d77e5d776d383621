"""The one way to write a file: whole, or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress

from lightship.errors import FileError
from lightship.files.reading import reason_of

_TEMPORARY = ".lightship-"  # how a file that is not yet whole is named


def write_file(path: str, data: bytes) -> None:
    """Replace a file by `data`, as `write_pieces` does."""
    write_pieces(path, (data,))


def write_text(path: str, texts: Iterable[str]) -> None:
    """Write text, piece by piece: replace a file, or write to what is none (a device, a pipe)."""
    pieces = (text.encode("utf-8", "replace") for text in texts)
    if os.path.exists(path) and not _is_file_or_folder(path):
        _write_through(path, pieces)
    else:
        write_pieces(path, pieces)


def write_pieces(path: str, pieces: Iterable[bytes]) -> None:
    """Replace a file at once: anyone who reads it sees the old bytes or the new ones, never a part.

    A symbolic link stays, and its target is replaced. The mode and the owner are kept.
    A FileError where the file cannot be written, or is not a regular file. Whatever is raised, by
    `pieces` too: the file is as it was.
    """
    import tempfile  # noqa: PLC0415 - 5 ms, and most runs write nothing

    target = os.path.realpath(path)
    try:
        before = os.stat(target) if os.path.exists(target) else None
        if before is not None and not stat.S_ISREG(before.st_mode):
            raise FileError(f"cannot write {path}: not a regular file")

        folder = os.path.dirname(target)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
        try:
            _fill(handle, pieces, before)
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise FileError(f"cannot write {path}: {reason_of(error)}") from error


def _is_file_or_folder(path: str) -> bool:
    return os.path.isfile(path) or os.path.isdir(path)


def _write_through(path: str, pieces: Iterable[bytes]) -> None:
    """Write to a device or a pipe, which cannot be replaced."""
    try:
        with open(path, "wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise FileError(f"cannot write {path}: {reason_of(error)}") from error


def _fill(handle: int, pieces: Iterable[bytes], before: os.stat_result | None) -> None:
    """Write the pieces with the mode and owner of the file before, and flush them to the disk."""
    with os.fdopen(handle, "wb") as file:
        file.writelines(pieces)
        if before is None:
            os.fchmod(handle, _usual_mode())
        else:
            # Only root may give a file to another owner.
            with suppress(OSError):
                os.fchown(handle, before.st_uid, before.st_gid)
            os.fchmod(handle, stat.S_IMODE(before.st_mode))
        file.flush()
        os.fsync(handle)


def _usual_mode() -> int:
    """The mode of a new file under this process's umask, which can only be read by setting it."""
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
