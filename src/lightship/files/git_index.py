"""Which files git tracks, by the bytes of its index: no pattern of .gitignore ignores those.

Source: git, Documentation/gitformat-index.txt. Paths are looked for where they stand; nothing
else of the index is read. Version 4 shortens its paths: of such an index nothing is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from lightship.record import record

_SIGNATURE = b"DIRC"
_READ_VERSIONS = (2, 3)
_LENGTH_BITS = 0xFFF  # of the flags before a path; all of them set where it is longer


@record
class GitIndex:
    """The index of a repository: its top directory, and the bytes, none without a known index.

    `is_unread` is whether there are commits but no index that we can read: the clone was broken
    off, or the index has version 4. What lies there may well be tracked.
    """

    top: str
    data: bytes
    is_unread: bool = False

    def tracks_file(self, path: str) -> bool:
        """Whether git tracks a file; `path` is absolute."""
        name = self._name(path)
        return any(
            end == start + len(name) for start, end in self._entries(name, b"\0")
        )

    def tracks_below(self, folder: str) -> bool:
        """Whether git tracks anything in a directory; `folder` is absolute."""
        return any(True for _ in self._entries(self._name(folder), b"/"))

    def _name(self, path: str) -> bytes:
        relative = os.path.relpath(path, self.top).replace(os.sep, "/")
        return os.fsencode(relative)

    def _entries(self, name: bytes, after: bytes) -> Iterator[tuple[int, int]]:
        """Where paths begin and end that start with a name."""
        wanted = name + after
        start = self.data.find(wanted)
        while start >= 0:
            end = self.data.find(b"\0", start)
            if self._begins_at(start, end):
                yield start, end
            start = self.data.find(wanted, start + 1)

    def _begins_at(self, start: int, end: int) -> bool:
        """Whether a path begins there, as the length before it says."""
        length = min(end - start, _LENGTH_BITS)
        # An extended entry has two more bytes of flags between the length and the path
        for before in (2, 4):
            flags = self.data[start - before : start - before + 2]
            if int.from_bytes(flags, "big") & _LENGTH_BITS == length:
                return True
        return False


def git_index(folder: str) -> GitIndex:
    """The index of the repository that a directory lies in; one that tracks nothing without."""
    top = os.path.abspath(folder)
    while not os.path.exists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return GitIndex(top, b"")
        top = parent
    place = _git_directory(os.path.join(top, ".git"))
    data = _index_of(place)
    return GitIndex(top, data, is_unread=not data and _has_commits(place))


def _git_directory(place: str) -> str:
    """Git's own directory; `place` is that, or a file that names it."""
    if not os.path.isfile(place):
        return place
    try:
        with open(place, encoding="utf-8", errors="surrogateescape") as file:
            named = file.read().removeprefix("gitdir:").strip()
    except OSError:
        return place
    return os.path.join(os.path.dirname(place), named)


def _has_commits(place: str) -> bool:
    """Whether a branch or tag names a commit: in `git init` there is none yet."""
    if os.path.isfile(os.path.join(place, "packed-refs")):
        return True
    heads = os.path.join(place, "refs", "heads")
    return os.path.isdir(heads) and bool(os.listdir(heads))


def _index_of(place: str) -> bytes:
    """The bytes of the index in git's directory."""
    try:
        with open(os.path.join(place, "index"), "rb") as file:
            data = file.read()
    except OSError:
        return b""
    version = int.from_bytes(data[4:8], "big")
    is_readable = data[:4] == _SIGNATURE and version in _READ_VERSIONS
    return data if is_readable else b""
