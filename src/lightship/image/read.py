"""All layers of an image, on several cores where they must be inflated."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from lightship.errors import ImageError
from lightship.image.blob import Blob
from lightship.image.digest import Digest
from lightship.image.layer import Reading, content, content_hash, scan_layer
from lightship.image.limits import over
from lightship.image.model import Image, Layer, Opened
from lightship.image.scan import Kind, Scan
from lightship.image.stack import Stack, stacked
from lightship.image.waste import Waste, find_waste
from lightship.record import record

ScanLayer = Callable[[Layer, Blob, Reading], Scan]


@record(eq=False, slots=False)
class Contents:
    """An image with its layers read: `stack` has their files, and their content can be asked for.

    `waste`, `content_bytes` and `efficiency` are defined in waste.py.
    """

    opened: Opened
    stack: Stack
    reading: Reading

    @property
    def image(self) -> Image:
        return self.opened.image

    @cached_property
    def waste(self) -> list[Waste]:
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
        return 1 - self.wasted_bytes / self.content_bytes if self.content_bytes else 1.0

    @property
    def files(self) -> int:
        """Paths of the final image that are no directories."""
        kinds = [scan.kinds if scan else b"" for scan in self.stack.scans]
        return sum(kinds[layer][index] != Kind.DIRECTORY for layer, index in self.stack.seen())

    @property
    def size(self) -> int:
        """Bytes of all layers' tars, uncompressed."""
        return sum(scan.tar_bytes for scan in self.stack.scans if scan)

    @property
    def stored(self) -> int | None:
        """Bytes of all layers as they are stored or sent; None where that is not known of one that is there."""
        sizes = [layer.stored for layer in self.image.layers if not layer.absent]
        return None if None in sizes else sum(size or 0 for size in sizes)

    def hash_of(self, layer: int, index: int) -> int:
        """xxh3-64 of the content of a file."""
        return content_hash(self.opened.blobs[layer], self.stack.scan(layer), index, self.reading.limits)

    def read(self, layer: int, index: int, most: int) -> bytes:
        """The first `most` bytes of a file's content; an ImageError where the bytes are gone."""
        scan = self.stack.scan(layer)
        if index in scan.contents:
            return scan.contents[index][:most]
        blob = self.opened.blobs[layer]
        if blob is None:
            raise ImageError("the contents of this image went by and were not kept: save it into a file first")
        data = bytearray()
        for piece in content(blob, scan, index, self.reading.limits):
            data += piece
            if len(data) >= most:
                break
        return bytes(data[:most])


def read_contents(opened: Opened, reading: Reading, scan_one: ScanLayer = scan_layer, workers: int = 2) -> Contents:
    """Read every layer of an image, each once though it is listed twice.

    Raises ImageError and its kin for the lowest layer that has something wrong.
    """
    if len(opened.image.layers) > reading.limits.layers:
        raise over("layers", reading.limits.layers, opened.image.name)
    scans: dict[int, Scan] = dict(opened.scans)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = {}
        by_digest: dict[Digest, int] = {}
        for layer, blob in zip(opened.image.layers, opened.blobs, strict=True):
            if layer.index in scans or blob is None:
                continue
            key = layer.digest or layer.diff_id
            if key is not None and by_digest.setdefault(key, layer.index) != layer.index:
                continue
            waiting[layer.index] = pool.submit(scan_one, layer, blob, reading)
        try:
            scans |= {index: future.result() for index, future in waiting.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for layer in opened.image.layers:
        key = layer.digest or layer.diff_id
        if layer.index not in scans and key in by_digest and not layer.absent:
            scans[layer.index] = scans[by_digest[key]]
    total = sum(len(scan.paths) for scan in scans.values())
    if total > reading.limits.entries:
        raise over("entries", reading.limits.entries, opened.image.name)
    return Contents(opened, stacked([scans.get(layer.index) for layer in opened.image.layers]), reading)
