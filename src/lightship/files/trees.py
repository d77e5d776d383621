"""A directory as a Tree, which cache keys are made from, and a Tree as a directory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from lightship.cache.selection.context_tree import FileTree, blob_id
from lightship.context.files import LONGEST_READ, File, FileKind
from lightship.context.walked import Walked
from lightship.errors import FileError
from lightship.files.reading import hash_file, read_pieces, read_regular, reason_of
from lightship.files.walk import walk_whole

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def folder_tree(root: str) -> FileTree:
    """Everything below a directory, as a cache key sees it.

    Bytes are read, and hashed as git names a blob, when they are asked for; links are not followed.
    A pipe, a device or a socket has no bytes, and its kind for an identity; a file that may not be
    opened is sent empty, and named so. A FileError for more than MOST_WALKED entries.
    """
    if not os.path.isdir(root):
        raise FileError(f"cannot read the directory {root}: not a directory")
    walked = walk_whole(root)
    files = {file.path: file for file in walked.files}

    @cache
    def identity(path: str) -> str:
        kind = files[path].kind
        if kind is FileKind.SYMLINK:
            target = walked.links[path]
            return blob_id(os.fsencode(target))
        without_bytes = _identity_without_bytes(path, kind, walked)
        if without_bytes is not None:
            return without_bytes
        place = os.path.join(root, path)
        return _hash_as_git(place)

    def read(path: str) -> bytes | None:
        if path in walked.links:
            return os.fsencode(walked.links[path])
        if not _has_text(files.get(path)):
            return None
        place = os.path.join(root, path)
        return read_regular(place)

    def time(path: str) -> int | None:
        try:
            return os.lstat(os.path.join(root, path)).st_mtime_ns
        except OSError:
            return None

    return FileTree(
        files,
        identity,
        read,
        time,
        lambda path: read_pieces(os.path.join(root, path)),
    )


def _has_text(file: File | None) -> bool:
    """Whether there is such a file, and it is short enough to be looked at."""
    if file is None or file.kind is not FileKind.FILE:
        return False
    return file.size <= LONGEST_READ


def _identity_without_bytes(path: str, kind: FileKind, walked: Walked) -> str | None:
    """What stands for the bytes of what has none; None for a file that can be read."""
    if path in walked.kinds:
        return walked.kinds[path]
    if path in walked.unreadable:
        return "unreadable"
    return None if kind is FileKind.FILE else ""


def _hash_as_git(path: str) -> str:
    from hashlib import sha1  # noqa: PLC0415 - 2 ms that no linter needs

    return hash_file(
        path, lambda size: sha1(b"blob %d\0" % size, usedforsecurity=False)
    )


def write_tree(tree: FileTree, paths: Iterable[str], folder: str) -> None:
    """Write entries of a tree into an empty directory of our own, with their modes.

    A path leads nowhere else: each part of it is made here, and no symlink that was written is
    followed. A FileError for what cannot be written.
    """
    modes: dict[str, int] = {}
    for path in sorted(paths):
        _check_inside(tree, path)
        file = tree.files.get(path)
        place = os.path.join(folder, path)
        try:
            if file is not None and file.kind is not FileKind.DIRECTORY:
                os.makedirs(os.path.dirname(place), exist_ok=True)
                _write_entry(tree, file, place)
                continue
            os.makedirs(place, exist_ok=True)
        except OSError as error:
            raise FileError(f"cannot write {place}: {reason_of(error)}") from error
        modes[place] = 0o755 if file is None else file.mode

    # Modes of directories come last, deepest first: nothing could be written into a read-only one.
    for place, mode in sorted(modes.items(), reverse=True):
        os.chmod(place, mode | 0o700)  # or it could not be removed again


def _check_inside(tree: FileTree, path: str) -> None:
    """A FileError for a path that leads out of the directory, or through a file or a symlink."""
    parts = path.split("/")
    is_inside = not os.path.isabs(path) and ".." not in parts
    above = ""
    for part in parts[:-1]:
        above = f"{above}/{part}" if above else part
        file = tree.files.get(above)
        if file is not None and file.kind is not FileKind.DIRECTORY:
            is_inside = False
    if not is_inside:
        raise FileError(f"cannot write {path}: it is outside the build context")


def _write_entry(tree: FileTree, file: File, place: str) -> None:
    """Make a symlink or a new file."""
    if file.kind is FileKind.SYMLINK:
        target = tree.read(file.path) or b""
        os.symlink(os.fsdecode(target), place)
        return
    handle = os.open(place, _NEW_FILE, 0o600)
    with os.fdopen(handle, "wb") as written:
        written.writelines(_pieces(tree, file.path))
        os.fchmod(written.fileno(), file.mode)


def _pieces(tree: FileTree, path: str) -> Iterable[bytes]:
    """The bytes of a file, however long it is where the tree knows a way to read it in pieces."""
    if tree.pieces is not None:
        return tree.pieces(path)
    return (tree.read(path) or b"",)
