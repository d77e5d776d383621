"""Pointers of Git LFS: what a commit has in place of a large file (git-lfs, docs/spec.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain

from lightship.cache.selection.context_tree import FileTree
from lightship.errors import GitError
from lightship.record import record

_POINTER = re.compile(
    rb"version https://(?:git-lfs|hawser)\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*"
    rb"oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n"
)
_SMALLEST, _LARGEST = 100, 1024  # bytes of a pointer


@record
class Pointer:
    """The SHA-256 in hex and the size of the file that it stands for."""

    sha256: str
    size: int


def pointer(content: bytes) -> Pointer | None:
    """A blob's content as a pointer, where it is one."""
    match = _POINTER.fullmatch(content)
    return Pointer(match[1].decode(), int(match[2])) if match else None


def is_candidate(size: int) -> bool:
    """Whether something of that size can be a pointer."""
    return _SMALLEST <= size < _LARGEST


def notes(tree: FileTree, attributes_above: Iterable[bytes]) -> Iterator[str]:
    """A sentence where a tree has pointers.

    They are looked for only where attributes speak of lfs.
    """
    if not any(
        b"filter=lfs" in content
        for content in chain(attributes_above, _attributes(tree))
    ):
        return
    small = [path for path, file in tree.files.items() if is_candidate(file.size)]
    count = sum(pointer(tree.read(path) or b"") is not None for path in small)
    if count:
        files = "files are" if count > 1 else "file is"
        yield (
            f"{count} {files} kept in Git LFS: only pointers are compared, and sizes are "
            "those of the pointers"
        )


def _attributes(tree: FileTree) -> Iterator[bytes]:
    for path in tree.files:
        if path.rpartition("/")[2] == ".gitattributes":
            with suppress(GitError):  # a partial clone need not have it
                yield tree.read(path) or b""
