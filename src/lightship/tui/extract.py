"""A file of an image into a folder that the user names.

Nothing is written outside it, and nothing through a link.

The name is the last part of the file's path and no more, so that no part of it can lead anywhere.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

from lightship.errors import FileError, ImageError
from lightship.image.entry_changes import file_of
from lightship.image.read import Contents
from lightship.image.scan import EntryKind
from lightship.wording.printable import escaped

_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NOT_ON_WINDOWS = frozenset('<>:"|?*')


class ExistsError(FileError):
    """The folder has the name already; the user may want to overwrite it."""


def safe_name(path: bytes) -> str:
    """The name to write a file under.

    An ImageError for a path whose last part names no file: empty, `.` or `..`.

    Control characters and bytes that are not UTF-8 are written as `escaped` shows them, a slash and
    NUL cannot be in it.
    """
    shown = escaped(path.rpartition(b"/")[2])
    name = shown.replace("\0", "").replace("\\", "_")
    is_odd = os.name == "nt" and not _NOT_ON_WINDOWS.isdisjoint(name)
    if name in ("", ".", "..") or "/" in name or is_odd:
        raise ImageError(f"{escaped(path)}: not a valid file name on this system")
    return name


def extract(
    contents: Contents, layer: int, index: int, folder: str, *, overwrite: bool = False
) -> str:
    """Write a file into `folder`, which is made where it is not there; gives the path.

    An ExistsError where the name is taken, unless `overwrite`; an ImageError for anything but a
    regular file, or one that has no bytes, a FileError where the folder cannot be written to.
    setuid, setgid and sticky bits are dropped.
    """
    scan = contents.stack.scan(layer)
    file = file_of(contents.stack, layer, index)
    path = scan.paths[index]
    if file is None:
        kind = _kind(EntryKind(scan.kinds[index]))
        raise ImageError(f"{escaped(path)} is {kind}, not a regular file")

    file_layer, file_index = file
    size = contents.stack.scan(file_layer).sizes[file_index]
    target = os.path.join(folder or ".", safe_name(path))
    mode = scan.owners[scan.attributes[index]].mode & 0o777 | 0o600
    try:
        os.makedirs(folder or ".", exist_ok=True)
        pieces = contents.pieces(file_layer, file_index)
        _write(pieces, target, mode, size, overwrite)
    except FileExistsError as error:
        taken = escaped(error.filename or target)
        raise ExistsError(f"{taken} already exists") from error
    except OSError as error:
        raise FileError(f"cannot write {escaped(target)}: {error.strerror}") from error
    return target


def _kind(kind: EntryKind) -> str:
    if kind is EntryKind.LINK:
        return "a hard link to a missing file"
    return f"a {kind.name.lower()}"


def _write(
    pieces: Iterator[bytes], target: str, mode: int, size: int, overwrite: bool
) -> None:
    """Into a new file.

    To overwrite, a new one takes the name: a link of that name is replaced, never followed. So it
    is not for `write_pieces`, which follows links, and replaces what is there.
    """
    new = target
    if overwrite:
        name = f".lightship-{secrets.token_hex(8)}"
        new = os.path.join(os.path.dirname(target), name)

    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS
    descriptor = os.open(new, flags, mode)
    try:
        written = 0
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                written += file.write(piece)
        _check(written, size, target)
        if overwrite:
            os.replace(new, target)
    except BaseException:
        os.unlink(new)
        raise


def _check(written: int, size: int, target: str) -> None:
    if written != size:
        raise ImageError(
            f"{escaped(target)}: {size:,} bytes were expected, but the layer has {written:,}"
        )
