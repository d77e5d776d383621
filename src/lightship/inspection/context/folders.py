"""Which directories hold most of some files."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

from lightship.context.files import File
from lightship.inspection.context.context_report import Amount, FolderAmount

_MOST_OF = 0.8  # of a directory: where one directory in it holds that much, that one tells more
_DEEPEST = 12  # what lies deeper counts for the directory of that depth, since a path may have thousands of parts


def largest_files(files: Iterable[File], most: int) -> tuple[File, ...]:
    """The largest, each with some bytes at least; those of one size by path."""
    return tuple(nlargest(most, (file for file in files if file.size), key=_by_size))


def largest_folders(files: Iterable[File], most: int) -> tuple[FolderAmount, ...]:
    """The largest directories below the root.

    One is passed over for a directory in it that holds most of it.
    """
    counts, sizes = _sums(files)
    inner: dict[str, int] = {}
    for path in sizes:
        above = path.rpartition("/")[0]
        inner[above] = max(inner.get(above, 0), _weight(sizes[path], counts[path]))
    chosen = (
        path
        for path in sizes
        if inner.get(path, 0) < _MOST_OF * _weight(sizes[path], counts[path])
    )
    best = nlargest(most, chosen, key=lambda path: (sizes[path], counts[path], path))
    return tuple(FolderAmount(path, Amount(counts[path], sizes[path])) for path in best)


def tops(files: Iterable[File]) -> tuple[FolderAmount, ...]:
    """The entries at the top of the context, the largest first.

    A directory counts all that is in it.
    """
    counts: dict[tuple[str, bool], int] = {}
    sizes: dict[tuple[str, bool], int] = {}
    for file in files:
        name, slash, _ = file.path.partition("/")
        key = (name, bool(slash))
        counts[key] = counts.get(key, 0) + 1
        sizes[key] = sizes.get(key, 0) + file.size
    found = [
        FolderAmount(key[0], Amount(counts[key], sizes[key]), key[1]) for key in counts
    ]
    return tuple(
        sorted(
            found, key=lambda each: (-each.amount.size, -each.amount.files, each.path)
        )
    )


def _by_size(file: File) -> tuple[int, str]:
    return file.size, file.path


def _weight(size: int, count: int) -> int:
    """Bytes, and something for each file, so that empty files are told of too."""
    return size + count


def _sums(files: Iterable[File]) -> tuple[dict[str, int], dict[str, int]]:
    """Files and bytes at and below each directory."""
    own: dict[str, list[int]] = {}
    for file in files:
        row = own.setdefault(file.path.rpartition("/")[0], [0, 0])
        row[0] += 1
        row[1] += file.size
    counts: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for folder, (count, size) in own.items():
        parts = folder.split("/", _DEEPEST)[:_DEEPEST] if folder else []
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            counts[path] = counts.get(path, 0) + count
            sizes[path] = sizes.get(path, 0) + size
    return counts, sizes
