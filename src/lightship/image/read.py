"""`Contents`: an image with all its layers read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from lightship.errors import ImageError
from lightship.image.image import Image, Opened
from lightship.image.layer import Reading, content, content_hash
from lightship.image.layers import LARGE, scan_layers
from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER, Stack, stacked
from lightship.image.waste import Waste, find_waste
from lightship.record import record

_DIRECTORY = int(EntryKind.DIRECTORY)
_MANY = 100_000  # entries


@record(eq=False, slots=False)
class Contents:
    """An image with its layers read: `stack` has their files, and their content can be asked for.

    `waste`, `content_bytes` and `efficiency` are defined in waste.py.
    """

    opened: Opened
    stack: Stack
    reading: Reading
    # For the waste, where it is being worked out already
    waiting: Callable[[], list[tuple[Any, ...]]] | None = None

    @property
    def image(self) -> Image:
        return self.opened.image

    @cached_property
    def waste(self) -> list[Waste]:
        if self.waiting:
            return list(map(Waste._make, self.waiting()))
        return find_waste(self.stack, self.hash_of)

    @cached_property
    def wasted_bytes(self) -> int:
        return sum(item.size for item in self.waste)

    @cached_property
    def content_bytes(self) -> int:
        """Bytes of content that all layers ship."""
        return sum(scan.content_bytes for scan in self.stack.scans if scan)

    @property
    def efficiency(self) -> float:
        """Between 0 and 1."""
        if not self.content_bytes:
            return 1.0
        return 1 - self.wasted_bytes / self.content_bytes

    @property
    def files(self) -> int:
        """Paths of the final image that are not directories."""
        count = 0
        for scan, gone in zip(self.stack.scans, self.stack.gone, strict=True):
            if scan is not None:
                entries = zip(scan.kinds, gone, strict=True)
                count += sum(
                    kind != _DIRECTORY for kind, end in entries if end == NEVER
                )
        return count

    @property
    def size(self) -> int:
        """Bytes of all layers' tars, uncompressed."""
        return sum(scan.tar_bytes for scan in self.stack.scans if scan)

    @property
    def stored(self) -> int | None:
        """Bytes of all layers as they are stored or sent.

        None where that is not known of one that is there.
        """
        total = 0
        for layer in self.image.layers:
            if layer.absent:
                continue
            if layer.stored is None:
                return None
            total += layer.stored
        return total

    def hash_of(self, layer: int, index: int) -> int:
        """xxh3-64 of the content of a file."""
        blob = self.opened.blobs[layer]
        scan = self.stack.scan(layer)
        return content_hash(blob, scan, index, self.reading.limits)

    def read(self, layer: int, index: int, most: int) -> bytes:
        """The first `most` bytes of a file's content; an ImageError where the bytes are gone."""
        data = bytearray()
        for piece in self.pieces(layer, index):
            data += piece
            if len(data) >= most:
                break
        return bytes(data[:most])

    def pieces(self, layer: int, index: int) -> Iterator[bytes]:
        """A file's content, piece by piece; an ImageError where the bytes are gone."""
        scan = self.stack.scan(layer)
        limits = self.reading.limits
        if index in scan.contents:
            return iter((scan.contents[index],))

        blob = self.opened.blobs[layer]
        if blob is None:
            raise ImageError(
                "the contents of this image were streamed and not kept: "
                "save the image to a file first"
            )
        if scan.has_table:
            return self.opened.tables[layer].content(blob.read_at, index, limits)
        return content(blob, scan, index, limits)


def read_contents(opened: Opened, reading: Reading, workers: int = 2) -> Contents:
    """Read every layer of an image, each once though it is listed twice.

    Raises ImageError and its kin for what is wrong with a layer, the lowest of those that were
    read.
    """
    scans = scan_layers(opened, reading, workers)
    contents = Contents(opened, stacked(scans, reading.limits.kept_bytes), reading)
    there = [scan for scan in scans if scan is not None]
    has_to_read = any(scan.hashes is None and scan.tar_bytes > LARGE for scan in there)
    if has_to_read or sum(len(scan.paths) for scan in there) > _MANY:
        # Much else can be worked out meanwhile
        return replace(
            contents,
            waiting=reading.cores.beside(
                lambda: [tuple(item) for item in contents.waste]
            ),
        )
    return contents
