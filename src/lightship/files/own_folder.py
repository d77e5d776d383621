"""Temporary directories for the versions of a proof.

They are removed at the end; those of a killed run, when the next one starts.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from lightship.errors import FileError
from lightship.files.reading import reason_of

_PREFIX = "lightship-proof-"
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def own_folder() -> Iterator[Callable[[str], str]]:
    """What makes a new directory of a given name.

    All lie in one that is locked while we live; other temporary files lie there too. A FileError
    where the disk that has them is full, at the start or later.
    """
    place = tempfile.gettempdir()
    with _full_disk_said(place):
        root, lock = _locked()
    before, tempfile.tempdir = tempfile.tempdir, root

    def made(name: str) -> str:
        place = os.path.join(root, name)
        os.mkdir(place)
        return place

    try:
        with _full_disk_said(place):
            yield made
    finally:
        tempfile.tempdir = before
        shutil.rmtree(root, ignore_errors=True)
        os.close(lock)


@contextmanager
def _full_disk_said(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        cure = "free some space, or set TMPDIR to a directory elsewhere"
        raise FileError(
            f"cannot write to {place}: {reason_of(error)}: {cure}"
        ) from error


def sweep_folders() -> None:
    """Take away those of ours that no process has locked: the one that made them was killed."""
    with os.scandir(tempfile.gettempdir()) as entries:
        roots = [
            entry.path
            for entry in entries
            if entry.name.startswith(_PREFIX) and _is_own(entry)
        ]
    for root in roots:
        with suppress(OSError):
            lock = os.open(root, os.O_RDONLY)
            try:
                if _lock(lock, wait=False):
                    shutil.rmtree(root, ignore_errors=True)
            finally:
                os.close(lock)


def _is_own(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError, AttributeError):
        return (
            entry.is_dir(follow_symlinks=False)
            and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
        )
    return False


def _locked() -> tuple[str, int]:
    """A new directory, and its lock.

    Between the two a sweep may have removed it, as one that was left.
    """
    while True:
        root = tempfile.mkdtemp(prefix=_PREFIX)
        lock = os.open(root, os.O_RDONLY)
        _lock(lock, wait=True)
        if os.path.isdir(root):
            return root, lock
        os.close(lock)


def _lock(handle: int, *, wait: bool) -> bool:
    """Lock it for this process; False where another has locked it.

    The lock ends with the process, however that ends.
    """
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows, where nothing is swept
    except ImportError:
        return wait
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
