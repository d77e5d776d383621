"""The files on a disk under the names that a commit has for them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pygit2

from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import File, FileKind
from lightship.errors import GitError
from lightship.files.reading import hash_file
from lightship.history import lfs
from lightship.history.objects import FAILURES
from lightship.history.plain import require_plain

_ATTRIBUTES = ".gitattributes"
_CONFIGURED = "core.attributesfile"
_LONGEST_CONVERTED = (
    64 << 20
)  # bytes; libgit2 converts a file in memory, and text is not that long


def compared(
    repository: pygit2.Repository,
    root: str,
    prefix: str,
    disk: FileTree,
    commit: FileTree,
) -> FileTree:
    """The Tree `disk`, comparable with `commit`.

    A file that git would commit as it is in `commit` has the identity and mode that it has there.

    What git does with a file on its way in is done by libgit2, which knows line endings and
    `$Id$` and never runs a filter that a configuration names. A file with such a filter (other
    than LFS) has the identity of its own bytes.
    """
    top = os.path.join(root, prefix)
    can_convert = _can_convert(repository, root, prefix, disk)

    @cache
    def identity(path: str) -> str:
        own = disk.identity(path)
        before = commit.files.get(path)
        if (
            before is None
            or before.kind is not FileKind.FILE
            or disk.files[path].kind is not FileKind.FILE
        ):
            return own
        committed = commit.identity(path)
        if own == committed or _is_smudged(
            os.path.join(top, path), disk.files[path], commit, path
        ):
            return committed
        if not can_convert or disk.files[path].size > _LONGEST_CONVERTED:
            return own
        return (
            committed
            if _cleaned(repository, os.path.join(top, path)) == committed
            else own
        )

    return replace(disk, files=_with_modes(disk.files, commit.files), identity=identity)


def _is_smudged(full: str, file: File, commit: FileTree, path: str) -> bool:
    """Whether a commit has a pointer to just this file."""
    if not lfs.is_candidate(commit.files[path].size):
        return False
    pointer = lfs.pointer(commit.read(path) or b"")
    return (
        pointer is not None
        and pointer.size == file.size
        and hash_file(full, lambda _: sha256()) == pointer.sha256
    )


def _cleaned(repository: pygit2.Repository, full: str) -> str:
    """The id that git would give this file, empty where libgit2 does not say."""
    try:
        return str(repository.hashfile(full))
    except FAILURES:
        return ""


def _can_convert(
    repository: pygit2.Repository, root: str, prefix: str, disk: FileTree
) -> bool:
    """Whether all files of attributes are files, so that none of them is waited for."""
    try:
        for path in _attribute_files(repository, root, prefix, disk):
            require_plain(path)
    except (GitError, *FAILURES):
        return False
    return True


def _attribute_files(
    repository: pygit2.Repository, root: str, prefix: str, disk: FileTree
) -> Iterator[str]:
    """Where git looks for attributes: above the context, inside, and where the configuration
    says.
    """
    folder = root
    yield os.path.join(folder, _ATTRIBUTES)
    for name in prefix.split("/")[:-1] if prefix else ():
        folder = os.path.join(folder, name)
        yield os.path.join(folder, _ATTRIBUTES)

    for path in disk.files:
        if path.rpartition("/")[2] == _ATTRIBUTES:
            yield os.path.join(root, prefix, path)

    configured = ""
    if _CONFIGURED in repository.config:
        configured = str(repository.config[_CONFIGURED])
    yield os.path.join(root, os.path.expanduser(configured))


def _with_modes(
    disk: Mapping[str, File], commit: Mapping[str, File]
) -> dict[str, File]:
    """The files of the disk, with their committed modes where git sees no difference.

    git knows only whether a file is a program; all else is the umask of the user who checked it
    out.
    """
    usual = _umask(disk, commit)

    def with_mode(path: str, file: File) -> File:
        before = commit.get(path)
        if (
            before is None
            or before.mode == file.mode
            or file.kind is not before.kind
            or file.kind is not FileKind.FILE
        ):
            return file
        by_umask = (
            before.mode == _committed_mode(file.mode)
            and _full(before.mode) & ~usual == file.mode
        )
        only_written = not (file.mode ^ before.mode) & ~0o022
        return replace(file, mode=before.mode) if by_umask or only_written else file

    return {path: with_mode(path, file) for path, file in disk.items()}


def _umask(disk: Mapping[str, File], commit: Mapping[str, File]) -> int:
    """The umask that most files were checked out with.

    One that denies reading denies starting too.
    """
    tracked = (
        disk[path].mode
        for path, file in commit.items()
        if path in disk and file.kind is FileKind.FILE
    )
    counts = Counter(0o666 & ~mode for mode in tracked)
    denied = counts.most_common(1)[0][0] if counts else 0o022
    return denied | (denied & 0o444) >> 2


def _committed_mode(mode: int) -> int:
    return 0o755 if mode & 0o100 else 0o644


def _full(mode: int) -> int:
    return 0o777 if mode & 0o100 else 0o666
