"""Files of one content at several paths of the final image.

Only files of one size are compared: first by their hash, if it was computed while they were read,
else by their first and last bytes, so that an archive is not read through for files that differ
early.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from lightship.image.entry_changes import file_of
from lightship.image.read import Contents
from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER
from lightship.inspection.inspection import Duplicate

LEAST = 64 << 10  # bytes of a file that is looked at
_SAMPLE = 4096
_FILE, _LINK = int(EntryKind.FILE), int(EntryKind.LINK)

File = tuple[int, int]  # (layer, index) of the entry that holds the content


def find_duplicates(
    contents: Contents,
    least: int = LEAST,
    ignored: Callable[[bytes], bool] = lambda _path: False,
) -> tuple[Duplicate, ...]:
    """All of them among files of at least `least` bytes, those with the most to save first.

    Hard links are not copies. Sparse files are left out, and those whose bytes are gone or would
    have to be fetched again.
    """
    names = _names(contents, max(least, 1), ignored)
    readable = (file for file in names if _can_be_read(contents, file))
    duplicates: list[Duplicate] = []
    for files in _same(contents, readable):
        size = _size(contents, files[0])
        paths = sorted(names[file] for file in files)
        duplicates.append(Duplicate(size, tuple(paths)))
    return tuple(sorted(duplicates, key=_order))


def _order(duplicate: Duplicate) -> tuple[int, tuple[bytes, ...]]:
    return -duplicate.extra, duplicate.paths


def _same(contents: Contents, files: Iterable[File]) -> Iterator[list[File]]:
    """Files of one content together, where there are several: by size, by sample, by hash."""

    def size_of(file: File) -> int:
        return _size(contents, file)

    def hash_of(file: File) -> int:
        layer, index = file
        return contents.hash_of(layer, index)

    sample = _sample(contents)
    for of_size in _alike(files, size_of):
        groups = iter((of_size,))
        if sample:
            groups = _alike(of_size, sample)
        for group in groups:
            yield from _alike(group, hash_of)


def _size(contents: Contents, file: File) -> int:
    layer, index = file
    return contents.stack.scan(layer).sizes[index]


def _names(
    contents: Contents,
    least: int,
    ignored: Callable[[bytes], bool],
) -> dict[File, bytes]:
    """The files that the final image shows, each with one of its names."""
    names: dict[File, bytes] = {}
    stack = contents.stack
    for layer, scan in enumerate(stack.scans):
        if scan is None:
            continue
        rows = zip(scan.sizes, scan.kinds, stack.gone[layer], strict=True)
        for index, (size, kind, gone) in enumerate(rows):
            if gone != NEVER or (size < least and kind != _LINK):
                continue
            file = (layer, index) if kind == _FILE else file_of(stack, layer, index)
            if file is None or _size(contents, file) < least:
                continue
            path = scan.paths[index]
            if not ignored(path):
                names.setdefault(file, path)
    return names


def _alike(
    files: Iterable[File],
    key: Callable[[File], Hashable],
) -> Iterator[list[File]]:
    """The files of one key together, where there are several."""
    groups: dict[Hashable, list[File]] = defaultdict(list)
    for file in files:
        groups[key(file)].append(file)
    return (group for group in groups.values() if len(group) > 1)


def _can_be_read(contents: Contents, file: File) -> bool:
    layer, index = file
    scan = contents.stack.scan(layer)
    blob = contents.opened.blobs[layer]
    if index in scan.real_sizes:
        return False
    if scan.hashes is not None:
        return True
    return blob is not None and not blob.is_remote and not scan.has_table


def _sample(contents: Contents) -> Callable[[File], Hashable] | None:
    """The first and last bytes of a file.

    None where some layer's hashes are known, with which others are compared.
    """
    scans = filter(None, contents.stack.scans)
    if any(scan.hashes is not None for scan in scans):
        return None

    def sample(file: File) -> Hashable:
        layer, index = file
        scan = contents.stack.scan(layer)
        blob = contents.opened.blobs[layer]
        assert blob is not None  # `_can_be_read`

        start = scan.offsets[index]
        size = scan.sizes[index]
        length = min(size, _SAMPLE)
        end = start + size - length
        return blob.read_at(start, length), blob.read_at(end, length)

    return sample
