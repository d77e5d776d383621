"""Which directories hold most of some files."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

from lightship.context.files import File
from lightship.inspection.context.context_report import Amount, FolderAmount

_MOST_OF = 0.8  # of a directory: where one directory in it holds that much, that one tells more
# What lies deeper counts for the directory of that depth: a path may have thousands of parts
_DEEPEST = 12


def largest_files(files: Iterable[File], most: int) -> tuple[File, ...]:
    """The largest, each with some bytes at least; those of one size by path."""
    filled = (file for file in files if file.size)
    return tuple(nlargest(most, filled, key=_by_size))


def largest_folders(files: Iterable[File], most: int) -> tuple[FolderAmount, ...]:
    """The largest directories below the root.

    One is passed over for a directory in it that holds most of it.
    """
    amounts = _sums(files)
    heaviest: dict[str, int] = {}  # of what lies in each
    for path, amount in amounts.items():
        above = path.rpartition("/")[0]
        heaviest[above] = max(heaviest.get(above, 0), _weight(amount))

    chosen = [
        FolderAmount(path, amount)
        for path, amount in amounts.items()
        if heaviest.get(path, 0) < _MOST_OF * _weight(amount)
    ]
    return tuple(nlargest(most, chosen, key=_by_amount))


def tops(files: Iterable[File]) -> tuple[FolderAmount, ...]:
    """The entries at the top of the context, the largest first.

    A directory counts all that is in it.
    """
    by_name: dict[tuple[str, bool], list[File]] = {}
    for file in files:
        name, slash, _ = file.path.partition("/")
        by_name.setdefault((name, bool(slash)), []).append(file)
    entries = [
        FolderAmount(name, Amount.of(inside), is_directory)
        for (name, is_directory), inside in by_name.items()
    ]
    return tuple(sorted(entries, key=_order))


def _order(folder: FolderAmount) -> tuple[int, int, str]:
    return -folder.amount.size, -folder.amount.files, folder.path


def _by_amount(folder: FolderAmount) -> tuple[int, int, str]:
    return folder.amount.size, folder.amount.files, folder.path


def _by_size(file: File) -> tuple[int, str]:
    return file.size, file.path


def _weight(amount: Amount) -> int:
    """Bytes, and something for each file, so that empty files are told of too."""
    return amount.size + amount.files


def _sums(files: Iterable[File]) -> dict[str, Amount]:
    """Files and bytes at and below each directory."""
    own: dict[str, list[int]] = {}
    for file in files:
        row = own.setdefault(file.path.rpartition("/")[0], [0, 0])
        row[0] += 1
        row[1] += file.size

    sums: dict[str, list[int]] = {}
    for folder, (count, size) in own.items():
        parts = folder.split("/", _DEEPEST)[:_DEEPEST] if folder else []
        for depth in range(1, len(parts) + 1):
            row = sums.setdefault("/".join(parts[:depth]), [0, 0])
            row[0] += count
            row[1] += size
    return {path: Amount(count, size) for path, (count, size) in sums.items()}
