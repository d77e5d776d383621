"""All layers of an image, on several cores where they must be inflated."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

from lightship.errors import ImageError
from lightship.image.blob import Blob
from lightship.image.codecs import LONGEST_MAGIC, compression
from lightship.image.digest import Digest
from lightship.image.layer import Reading, content, content_hash, scan_layer, unseen
from lightship.image.limits import Limits, over
from lightship.image.model import Image, Layer, Opened
from lightship.image.scan import Kind, Scan
from lightship.image.stack import NEVER, Stack, stacked
from lightship.image.waste import Waste, find_waste
from lightship.record import record

_DIRECTORY = int(Kind.DIRECTORY)
LARGE = 100_000_000  # bytes of tar from which on it pays to read on two cores
ScanLayer = Callable[[Layer, Blob, Reading], Scan]


@record(eq=False, slots=False)
class Contents:
    """An image with its layers read: `stack` has their files, and their content can be asked for.

    `waste`, `content_bytes` and `efficiency` are defined in waste.py.
    """

    opened: Opened
    stack: Stack
    reading: Reading
    waiting: Callable[[], list[Waste]] | None = None  # for the waste, where it is being worked out already

    @property
    def image(self) -> Image:
        return self.opened.image

    @cached_property
    def waste(self) -> list[Waste]:
        return self.waiting() if self.waiting else find_waste(self.stack, self.hash_of)

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
        columns = ((scan.kinds, gone) for scan, gone in zip(self.stack.scans, self.stack.gone, strict=True) if scan)
        return sum(
            kind != _DIRECTORY for kinds, gone in columns for kind, end in zip(kinds, gone, strict=True) if end == NEVER
        )

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
    layers = opened.image.layers
    if len(layers) > reading.limits.layers:
        raise over("layers", reading.limits.layers, opened.image.name)
    first = _first_of_each(opened)
    scans = {**opened.scans, **_scan_each(opened, set(first.values()), reading, scan_one, workers)}
    found = [scans.get(layer.index) or scans.get(first.get(layer.index, -1)) for layer in layers]
    if sum(len(scan.paths) for scan in found if scan) > reading.limits.entries:
        raise over("entries", reading.limits.entries, opened.image.name)
    contents = Contents(opened, stacked(found, reading.limits.kept_bytes), reading)
    if any(scan.hashes is None and scan.tar_bytes > LARGE for scan in found if scan):
        # Contents have to be read to be compared, and much else can be worked out meanwhile
        return replace(contents, waiting=reading.beside(lambda: contents.waste))
    return contents


def _first_of_each(opened: Opened) -> dict[int, int]:
    """For each layer that is still to be read the first one with the same bytes."""
    known: dict[Digest, int] = {}
    found: dict[int, int] = {}
    for layer, blob in zip(opened.image.layers, opened.blobs, strict=True):
        if blob is not None and layer.index not in opened.scans:
            digest = layer.digest or layer.diff_id
            found[layer.index] = known.setdefault(digest, layer.index) if digest else layer.index
    return found


def _scan_each(
    opened: Opened, layers: set[int], reading: Reading, scan_one: ScanLayer, workers: int
) -> dict[int, Scan]:
    """Read some layers: in threads those that must be inflated or fetched, which do that side by side."""
    by_headers: list[int] = []
    whole: list[int] = []
    for at in sorted(layers):
        blob = _blob(opened, at)
        is_whole = blob.is_remote or compression(blob.read_at(0, LONGEST_MAGIC))
        (whole if is_whole else by_headers).append(at)

    totals = Totals(reading.limits, opened.image.name)

    def scan(at: int, how: Reading = reading) -> Scan:
        return totals.add(scan_one(opened.image.layers[at], _blob(opened, at), how))

    theirs = _half(opened, by_headers)
    quiet = replace(reading, progress=unseen)
    others = reading.beside(lambda: [scan(at, quiet) for at in theirs]) if theirs else list
    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = {at: pool.submit(scan, at) for at in whole}
        try:
            # Threads would only take turns at what is but parsing
            scans = {at: scan(at) for at in by_headers if at not in theirs}
            scans |= {at: future.result() for at, future in waiting.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    reading.progress(sum(_blob(opened, at).size for at in theirs))
    return scans | dict(zip(theirs, others(), strict=True))


class Totals:
    """What all layers take together, so that many of them are not more than `limits` allow for an image."""

    def __init__(self, limits: Limits, where: str) -> None:
        self._limits, self._where, self._entries, self._kept = limits, where, 0, 0

    def add(self, scan: Scan) -> Scan:
        """The Scan, counted; an ImageError where it is too much."""
        self._entries += len(scan.paths) + len(scan.whiteouts) + len(scan.opaques)
        self._kept += sum(map(len, scan.contents.values()))
        for limit, value in (("entries", self._entries), ("kept_bytes", self._kept)):
            most: int = getattr(self._limits, limit)
            if value > most:
                raise over(limit, most, self._where)
        return scan


def _blob(opened: Opened, at: int) -> Blob:
    blob = opened.blobs[at]
    assert blob is not None
    return blob


def _half(opened: Opened, layers: list[int]) -> list[int]:
    """About half of some layers by their bytes; none where they are small, since another process takes its time too."""
    sizes = {at: _blob(opened, at).size for at in layers}
    taken: list[int] = []
    if sum(sizes.values()) > LARGE:
        left = sum(sizes.values()) // 2
        for at in sorted(layers, key=lambda at: -sizes[at])[1:]:
            if sizes[at] <= left:
                taken.append(at)
                left -= sizes[at]
    return sorted(taken)
