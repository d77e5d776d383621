"""The secrets in the files of an image: of every layer, but for what packages brought unchanged.

Where the bytes come by once, files were searched while their layer was read, and what is a
package's is left out here. Elsewhere they are searched here, and a package's files are not even
read. Both give the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lightship.errors import ImageError
from lightship.image.brought import BroughtFiles, Entry
from lightship.image.owners import Owners
from lightship.image.read import Contents
from lightship.image.scan import Scan, SearchedFile
from lightship.image.table import contents_of
from lightship.inspection.secrets import BEGINNING, is_text, may_tell, search

_IN_PART = 2_000  # files that a core searches before it takes more
_LARGE = 16 * BEGINNING  # bytes of a file whose beginning is read first

Secrets = dict[Entry, SearchedFile]


class _SearchedPart(NamedTuple):
    """Some files of a layer that are to be searched."""

    layer: int
    indices: Sequence[int]


def find_secrets(contents: Contents, owners: Owners) -> Secrets:
    """The files with secrets, by (layer, index)."""
    brought = BroughtFiles(contents, owners)
    found = dict(_found_before(contents))
    parts = list(_parts(contents))

    def searched(number: int) -> list[tuple[int, int, SearchedFile]]:
        return list(_searched(contents, brought, parts[number]))

    numbers = range(len(parts))
    share = contents.reading.cores.share
    if len(parts) < 2 or any(scan and scan.has_table for scan in contents.stack.scans):
        rows = {number: searched(number) for number in numbers}
    else:
        rows = share(searched, numbers)
    for number in numbers:
        for layer, index, file in rows[number]:
            found[layer, index] = file
    return brought.changed(found)


def _found_before(contents: Contents) -> Iterator[tuple[Entry, SearchedFile]]:
    """What was found while layers were read."""
    for layer, scan in enumerate(contents.stack.scans):
        if scan is not None:
            for index, file in scan.secrets.items():
                yield (layer, index), file


def _parts(contents: Contents) -> Iterator[_SearchedPart]:
    """What is still to be searched."""
    for layer, scan in enumerate(contents.stack.scans):
        if scan is not None:
            for start in range(0, len(scan.unsearched), _IN_PART):
                yield _SearchedPart(layer, scan.unsearched[start : start + _IN_PART])


def _searched(
    contents: Contents,
    brought: BroughtFiles,
    part: _SearchedPart,
) -> Iterator[tuple[int, int, SearchedFile]]:
    layer = part.layer
    paths = contents.stack.scan(layer).paths
    asked = [index for index in part.indices if not brought.is_untouched(layer, index)]
    for index, data in _contents_of(contents, layer, asked):
        found = search(paths[index], data)
        if found is not None:
            yield layer, index, found


def _contents_of(
    contents: Contents,
    layer: int,
    indices: Iterable[int],
) -> Iterator[tuple[int, bytes]]:
    """The contents of files, without those that cannot be text."""
    blob = contents.opened.blobs[layer]
    assert blob is not None  # or its files had been searched when they were read
    scan = contents.stack.scan(layer)
    if scan.has_table:
        table = contents.opened.tables[layer]
        limits = contents.reading.limits
        yield from contents_of(table, blob.read_at, indices, limits)
        return

    read_at, offsets, sizes = blob.read_at, scan.offsets, scan.sizes
    for index in indices:
        size = sizes[index]
        offset = offsets[index]
        if size > _LARGE and not _may_be_text(scan, index, read_at(offset, BEGINNING)):
            continue
        data = read_at(offset, size)
        if len(data) < size:
            raise ImageError(f"{blob.name}: a file of the layer could not be read")
        yield index, data


def _may_be_text(scan: Scan, index: int, beginning: bytes) -> bool:
    return is_text(beginning) or may_tell(scan.paths[index])
