"""Which directories hold most of some files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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
        parent = _parent(path)
        weight = _weight(amount)
        heaviest[parent] = max(weight, heaviest.get(parent, 0))

    chosen: list[FolderAmount] = []
    for path, amount in amounts.items():
        limit = _MOST_OF * _weight(amount)
        inside = heaviest.get(path, 0)
        if inside < limit:
            chosen.append(FolderAmount(path, amount))
    largest = nlargest(most, chosen, key=_by_amount)
    return tuple(largest)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def tops(files: Iterable[File]) -> tuple[FolderAmount, ...]:
    """The entries at the top of the context, the largest first.

    A directory counts all that is in it.
    """
    by_name: dict[tuple[str, bool], list[File]] = {}
    for file in files:
        name, slash, _ = file.path.partition("/")
        is_directory = bool(slash)
        inside = by_name.setdefault((name, is_directory), [])
        inside.append(file)

    entries: list[FolderAmount] = []
    for (name, is_directory), inside in by_name.items():
        amount = Amount.of(inside)
        entries.append(FolderAmount(name, amount, is_directory))
    return tuple(sorted(entries, key=_order))


def _order(folder: FolderAmount) -> tuple[int, int, str]:
    amount = folder.amount
    return -amount.size, -amount.files, folder.path


def _by_amount(folder: FolderAmount) -> tuple[int, int, str]:
    amount = folder.amount
    return amount.size, amount.files, folder.path


def _by_size(file: File) -> tuple[int, str]:
    return file.size, file.path


def _weight(amount: Amount) -> int:
    """Bytes, and something for each file, so that empty files are told of too."""
    return amount.size + amount.files


def _sums(files: Iterable[File]) -> dict[str, Amount]:
    """Files and bytes at and below each directory."""
    sizes: dict[str, list[int]] = defaultdict(list)  # of the files right in each
    for file in files:
        folder = _parent(file.path)
        sizes[folder].append(file.size)

    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, int] = defaultdict(int)
    for folder, own in sizes.items():
        number = len(own)
        size = sum(own)
        for path in _downwards(folder):
            counts[path] += number
            sums[path] += size
    return {path: Amount(counts[path], size) for path, size in sums.items()}


def _downwards(folder: str) -> Iterator[str]:
    """The directories on the way to one, and itself unless it is too deep; not the root."""
    if not folder:
        return
    parts = folder.split("/", _DEEPEST)[:_DEEPEST]
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[:depth])
