"""`Table`: the table of contents of a layer, by which it is inspected without its bytes.

table_formats.py reads those that there are, eStargz and zstd:chunked, and table_entries.py their
entries. The table speaks for the layer, as it does where a runtime pulls lazily; who wants to
verify reads the layer itself.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from lightship.errors import CorruptBlobError
from lightship.image.codecs import Inflated
from lightship.image.databases.package_lists import kept_size
from lightship.image.read_limits import Limits, over
from lightship.image.scan import (
    EXTRACTED,
    SEARCHED,
    EntryKind,
    FilePart,
    Look,
    Scan,
    Wanted,
)
from lightship.record import record

# (offset, length) -> those bytes of the blob, fewer only at its end
Part = Callable[[int, int], bytes]

_AHEAD = 1 << 20  # bytes of a blob that are asked for at once when a content is read
# Bytes between two files that are fetched too, rather than to ask twice
_GAP = 64 << 10
_GROUP = 8 << 20  # bytes that are asked for at most for several files


class Chunk(NamedTuple):
    """A piece of a content: `size` bytes, `inner` bytes into what is compressed at `offset`
    of the blob.
    """

    offset: int
    inner: int
    size: int


@record(eq=False)
class Table:
    """A table of contents that was read: the Scan of it, and where the contents are.

    `digests` has 32 bytes for each entry. `chunks` has those files that are in several pieces, or
    not at the start of theirs. `starts` are all offsets at which something compressed begins, and
    the end of the last.
    """

    scan: Scan
    name: str
    compression: str
    digests: bytearray
    chunks: Mapping[int, tuple[Chunk, ...]]
    starts: array[int]

    def pieces(self, index: int) -> tuple[Chunk, ...]:
        """Where the content of a file is."""
        scan = self.scan
        return self.chunks.get(index) or (
            Chunk(scan.offsets[index], 0, scan.sizes[index]),
        )

    def end(self, chunk: Chunk) -> int:
        """Where what is compressed at a chunk's offset ends at the latest."""
        following = bisect_right(self.starts, chunk.offset)
        last = len(self.starts) - 1
        return self.starts[min(following, last)]

    def content(self, part: Part, index: int, limits: Limits) -> Iterator[bytes]:
        """The content of a file, verified at its end: a CorruptBlobError where it is another."""
        import hashlib  # noqa: PLC0415 - only where contents are asked for

        hasher = hashlib.sha256(usedforsecurity=False)
        for chunk in self.pieces(index):
            for data in self._piece(part, chunk, limits):
                hasher.update(data)
                yield data

        start = 32 * index
        promised = bytes(self.digests[start : start + 32])
        if hasher.digest() != promised:
            path = self.scan.paths[index].decode("utf-8", "backslashreplace")
            raise CorruptBlobError(
                f"{self.name}: the content of {path!r} does not match the digest in its table "
                "of contents"
            )

    def _piece(self, part: Part, chunk: Chunk, limits: Limits) -> Iterator[bytes]:
        inflating = Inflated(
            PartStream(part, chunk.offset, self.end(chunk)),
            self.compression,
            limits,
            self.name,
        )
        skipped = chunk.inner
        missing = chunk.size
        while missing and (data := inflating.piece()):
            wanted = data[skipped : skipped + missing]
            skipped = max(0, skipped - len(data))
            missing -= len(wanted)
            if wanted:
                yield wanted


class PartStream:
    """A part of a blob as a stream."""

    def __init__(self, part: Part, at: int, end: int) -> None:
        self._part = part
        self._at = at
        self._end = end

    def read(self, size: int, /) -> bytes:
        left = max(0, self._end - self._at)
        data = self._part(self._at, min(size, _AHEAD, left))
        self._at += len(data)
        return data


def look_up(table: Table, part: Part, wanted: Wanted, limits: Limits) -> Scan:
    """The Scan of a table, with what `wanted` keeps and extracts; what it searches is noted for
    later.

    A CorruptBlobError for a content that is not the one of the table, an ImageError for more bytes
    than may be kept.
    """
    scan = table.scan
    keeping, extracting = _chosen(table, wanted, limits)
    scan.contents.update(contents_of(table, part, keeping, limits))
    kept = sum(map(len, scan.contents.values()))
    for index, data in contents_of(table, part, extracting, limits):
        found = wanted.extract(scan.paths[index], len(data), _within(data))
        kept += sum(map(kept_size, found))
        if kept > limits.kept_bytes:
            raise over("kept_bytes", limits.kept_bytes, table.name)
        if found:
            scan.named[index] = found
    return scan


def _within(data: bytes) -> FilePart:
    return lambda at, most: data[at : at + most]


def contents_of(
    table: Table,
    part: Part,
    indices: Iterable[int],
    limits: Limits,
) -> Iterator[tuple[int, bytes]]:
    """The contents of files; those near one another are fetched together.

    A CorruptBlobError for a content that is not the one of the table.
    """
    for group in _groups(table, indices):
        source = _fetched(table, group, part)
        for index in group:
            yield index, b"".join(table.content(source, index, limits))


def _chosen(
    table: Table, wanted: Wanted, limits: Limits
) -> tuple[list[int], list[int]]:
    """The files that are kept, and those from which something is extracted."""
    scan = table.scan
    keeping: list[int] = []
    extracting: list[int] = []
    kept = 0
    for index, kind in enumerate(scan.kinds):
        size = scan.sizes[index]
        if kind != EntryKind.FILE or not size:
            continue
        look = wanted.choose(scan.paths[index], size)
        if look in SEARCHED:
            scan.unsearched.append(index)
        if look in EXTRACTED:
            extracting.append(index)
        if look is Look.KEEP:
            kept += size
            if kept > limits.kept_bytes:
                raise over("kept_bytes", limits.kept_bytes, table.name)
            keeping.append(index)
    return keeping, extracting


def _groups(table: Table, indices: Iterable[int]) -> Iterator[list[int]]:
    """Files that are fetched together: near one another in the blob."""
    group: list[int] = []
    start = end = 0
    for index in sorted(indices, key=lambda index: table.scan.offsets[index]):
        pieces = table.pieces(index)
        first = pieces[0].offset
        last = max(map(table.end, pieces))
        if group and (first > end + _GAP or last - start > _GROUP):
            yield group
            group = []
        start = start if group else first
        end = max(end, last) if group else last
        group.append(index)
    if group:
        yield group


def _fetched(table: Table, group: list[int], part: Part) -> Part:
    """A Part over what a group needs, fetched once; over the blob itself where that is much."""
    pieces = [chunk for index in group for chunk in table.pieces(index)]
    start = min(chunk.offset for chunk in pieces)
    end = max(map(table.end, pieces))
    if end - start > _GROUP:
        return part
    data = part(start, end - start)
    return lambda at, size: data[at - start : at - start + size]
