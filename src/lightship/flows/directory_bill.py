"""`lightship sbom DIRECTORY`: its lock files, and the packages that they name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from lightship.context.files import File, FileKind
from lightship.errors import FileError
from lightship.files.reading import read_pieces, reason_of
from lightship.files.walk import MOST_WALKED, walk_files
from lightship.sbom.bill import Bill
from lightship.sbom.lock_bill import LockFile, lock_bill
from lightship.sbom.locks.lock_kinds import MOST_BYTES, lock_reader
from lightship.wording.printable import escaped

_MARK = "oci-layout"  # a directory with it is an image


def is_project(name: str) -> bool:
    """Whether a name is that of a directory that is not an image."""
    return os.path.isdir(name) and not os.path.exists(os.path.join(name, _MARK))


def directory_bill(directory: str) -> Bill:
    """The packages that the lock files below a directory name.

    A FileError where the directory cannot be read. Links are not followed, and installed packages
    (node_modules, .venv) are not entered.
    """
    try:
        os.listdir(directory)
    except OSError as error:
        raise FileError(f"cannot read {directory}: {reason_of(error)}") from error
    notes: list[str] = []
    name = os.path.basename(os.path.abspath(directory)) or "/"
    return lock_bill(name, _lock_files(directory, notes), notes)


def _lock_files(directory: str, notes: list[str]) -> Iterator[LockFile]:
    found = islice(walk_files(directory), MOST_WALKED)
    for file in sorted(filter(_is_lock, found), key=lambda file: file.path):
        try:
            data = _content(directory, file)
        except FileError as error:
            notes.append(f"{error}; its packages are not known")
            continue
        if data is None:
            path = escaped(file.path)
            notes.append(f"{path}: it is too large; its packages are not known")
            continue
        text = data.decode("utf-8", "replace").removeprefix("\ufeff")
        yield LockFile(os.fsencode(file.path), text)


def _is_lock(file: File) -> bool:
    return file.kind is FileKind.FILE and lock_reader(file.path) is not None


def _content(directory: str, file: File) -> bytes | None:
    """The bytes of a lock file; None for more than are read."""
    data = bytearray()
    for piece in read_pieces(os.path.join(directory, file.path)):
        data += piece
        if len(data) > MOST_BYTES:
            return None
    return bytes(data)
