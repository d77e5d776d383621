"""`FileTree`: the files of a build context at one moment, as a cache key sees them.

A folder or a commit of git.

Nothing is read here: the maker of a FileTree says how the bytes of a file are identified and read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

from lightship.context.files import Context, File, FileKind
from lightship.record import record
from lightship.text import encode

_LINK = b"-> "  # before the target of a symlink in memory
_Modes = Mapping[str, int]


def unknown(_path: str) -> None:
    """No time: git keeps none."""


@record(eq=False)
class FileTree:
    """Every entry below the root of a build context, before any ignore file.

    `files` are by path, relative to the root, with `/`: files and symlinks, and directories where
    they are known (git knows none: they are there because something is in them). `identity` names
    the bytes of a file, or the target of a symlink, so that two are the same exactly if the names
    are: git's id of a blob. `read` gives the bytes (of a symlink its target), None where there is
    no such path, or it is too long to be looked at. `time` gives the time of its last change in
    nanoseconds, None where that is not known. `pieces` gives all bytes of a file, however long it
    is.
    """

    files: Mapping[str, File]
    identity: Callable[[str], str]
    read: Callable[[str], bytes | None]
    time: Callable[[str], int | None] = unknown
    pieces: Callable[[str], Iterable[bytes]] | None = None

    @classmethod
    def of(
        cls,
        contents: Mapping[str, str | bytes],
        modes: _Modes | None = None,
    ) -> FileTree:
        """A tree in memory, path to content.

        A path that ends in `/` is a directory, `-> x` as content a symlink.
        """
        files: dict[str, File] = {}
        bytes_of: dict[str, bytes] = {}
        for name, content in contents.items():
            data = content
            if isinstance(data, str):
                data = encode(data)
            path = name.rstrip("/")
            files[path] = _file(name, data, modes or {})
            bytes_of[path] = data.removeprefix(_LINK)

        def identity(path: str) -> str:
            data = bytes_of[path]
            return blob_id(data)

        return cls(files, identity, bytes_of.get)


@record
class ContextChange:
    """One path of the context that a commit added, changed or (with `file` None) removed."""

    path: str
    file: File | None
    identity: str = ""


def context_of(tree: FileTree, dockerfile: str | None) -> Context:
    """The build context that a tree is; `dockerfile` is the Dockerfile's path from its root."""
    files = tree.files.values
    return Context(files, tree.read, dockerfile)


def _file(path: str, content: bytes, modes: _Modes) -> File:
    if path.endswith("/"):
        mode = modes.get(path, 0o755)
        name = path.rstrip("/")
        return File(name, 0, mode, FileKind.DIRECTORY)

    if content.startswith(_LINK):
        target = content.removeprefix(_LINK)
        return File(path, len(target), 0o777, FileKind.SYMLINK)

    mode = modes.get(path, 0o644)
    return File(path, len(content), mode)


def blob_id(content: bytes) -> str:
    """git's name for these bytes (gitformat-loose: SHA-1 of `blob SIZE NUL` and the bytes)."""
    header = b"blob %d\0" % len(content)
    hasher = hashlib.sha1(header, usedforsecurity=False)
    hasher.update(content)
    return hasher.hexdigest()
