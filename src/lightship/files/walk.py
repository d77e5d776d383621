"""All that lies below a directory: as a rule needs it, or as the client that sends it sees it."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress

from lightship.context.files import CLOSED_NAMES, File, FileKind
from lightship.context.walked import Walked
from lightship.errors import FileError
from lightship.files.reading import reason_of

MOST_WALKED = 2_000_000  # entries of a walk that is whole


def walk_files(root: str) -> Iterator[File]:
    """Every entry below a directory, links not followed; what cannot be read is left out.

    Directories that CLOSED_NAMES names are noted and not entered.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:
                entries = list(listing)
        except OSError:
            continue

        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            with suppress(OSError):
                file = _file(entry, path)
                yield file
                if file.kind is FileKind.DIRECTORY:
                    waiting.append(path)


def _file(entry: os.DirEntry[str], path: str) -> File:
    """An entry as a File."""
    status = entry.stat(follow_symlinks=False)
    mode = status.st_mode
    kind = FileKind.FILE
    if stat.S_ISDIR(mode):
        is_closed = entry.name in CLOSED_NAMES
        kind = FileKind.CLOSED if is_closed else FileKind.DIRECTORY
    elif stat.S_ISLNK(mode):
        kind = FileKind.SYMLINK
    size = 0 if kind is FileKind.DIRECTORY else status.st_size
    return File(path, size, _sent_mode(mode), kind)


def walk_whole(root: str, most: int = MOST_WALKED) -> Walked:
    """All that lies below a directory, with what the client's walk meets on the way.

    A FileError for more than `most` entries.
    """
    walker = _Walker()
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:
                entries = list(listing)
        except OSError as error:
            walker.closed[folder] = reason_of(error)
            continue
        if len(walker.files) + len(entries) > most:
            raise FileError(
                f"cannot read the build context {root}: it holds more than {most:,} entries"
            )

        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                kind = walker.add(entry, path)
            except FileNotFoundError:
                continue  # it was deleted since the directory was listed
            except OSError as error:
                walker.closed[path] = reason_of(error)
                continue
            if kind is FileKind.DIRECTORY:
                waiting.append(path)
    return walker.walked()


class _Walker:
    """What a whole walk has found so far.

    Source: tonistiigi/fsutil, fs.go, send.go and stat.go: a socket loses its mark and is sent as a
    file, which stays empty; so does a file that may not be opened.
    """

    def __init__(self) -> None:
        self.files: list[File] = []
        self.kinds: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.closed: dict[str, str] = {}
        self.unreadable: set[str] = set()

    def add(self, entry: os.DirEntry[str], path: str) -> FileKind:
        """Note an entry. An OSError where it cannot be asked for."""
        status = entry.stat(follow_symlinks=False)
        mode = status.st_mode
        kind = FileKind.FILE
        size = 0
        if stat.S_ISREG(mode):
            size = status.st_size
            is_open_to_all = mode & 0o444 == 0o444
            if not is_open_to_all and not os.access(entry.path, os.R_OK):
                self.unreadable.add(path)
        elif stat.S_ISDIR(mode):
            kind = FileKind.DIRECTORY
        elif stat.S_ISLNK(mode):
            kind = FileKind.SYMLINK
            size = status.st_size
            self.links[path] = os.readlink(entry.path)
        else:
            self.kinds[path] = _special_kind(mode)
        self.files.append(File(path, size, _sent_mode(mode), kind))
        return kind

    def walked(self) -> Walked:
        """All of it, by path."""
        self.files.sort(key=lambda file: file.path)
        return Walked(
            tuple(self.files),
            self.kinds,
            self.links,
            self.closed,
            frozenset(self.unreadable),
        )


def _special_kind(mode: int) -> str:
    """What is neither a file, nor a directory, nor a symlink."""
    if stat.S_ISFIFO(mode):
        return "fifo"
    if stat.S_ISSOCK(mode):
        return "socket"
    return "device"


def _sent_mode(mode: int) -> int:
    """The mode as the client sends it.

    Windows has no mode that says that a file is a program, so every file is one (fsutil's stat.go).
    """
    if sys.platform == "win32":
        return 0o755
    return stat.S_IMODE(mode)
