"""All layers of an image -> their Scans, on several cores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lightship.image.blob import Blob
from lightship.image.codecs import LONGEST_MAGIC, compression
from lightship.image.digest import Digest
from lightship.image.image import Opened
from lightship.image.layer import ONE, Progress, Reading, scan_layer
from lightship.image.read_limits import Limits, over
from lightship.image.scan import Scan
from lightship.image.table import look_up
from lightship.record import record

LARGE = 50_000_000  # stored bytes from which on a second process is worth its start


def scan_layers(opened: Opened, reading: Reading, workers: int) -> list[Scan | None]:
    """The Scan of each layer, None for those that are absent; what is listed twice is read once.

    An ImageError for more layers or entries than the limits allow, and for what is wrong with a
    layer.
    """
    layers = opened.image.layers
    if len(layers) > reading.limits.layers:
        raise over("layers", reading.limits.layers, opened.image.name)

    first = _first_of_each(opened)
    to_read = sorted(set(first.values()))
    scans = dict(opened.scans)
    scans |= _scan_each(opened, to_read, reading, workers)

    in_order: list[Scan | None] = []
    entries = 0
    for layer in layers:
        same = first.get(layer.index, layer.index)
        scan = scans.get(layer.index) or scans.get(same)
        in_order.append(scan)
        if scan is not None:
            entries += len(scan.paths)
    if entries > reading.limits.entries:
        raise over("entries", reading.limits.entries, opened.image.name)
    return in_order


def _first_of_each(opened: Opened) -> dict[int, int]:
    """For each layer that is still to be read the first one with the same bytes."""
    by_digest: dict[Digest, int] = {}
    first: dict[int, int] = {}
    for layer, blob in zip(opened.image.layers, opened.blobs, strict=True):
        index = layer.index
        if blob is None or index in opened.scans:
            continue
        first[index] = index
        digest = layer.digest or layer.diff_id
        if digest:
            first[index] = by_digest.setdefault(digest, index)
    return first


def _scan_each(
    opened: Opened,
    layers: list[int],
    reading: Reading,
    workers: int,
) -> dict[int, Scan]:
    """Read some layers: two processes share those that lie here, the large ones first.

    Others are fetched in threads. Where only one process may be used, what must be inflated is
    left to threads too: they do that side by side, but take turns at what is only parsed.
    """
    blobs = {at: _blob(opened, at) for at in layers}
    size_here = sum(blob.size for blob in blobs.values() if not blob.is_remote)
    is_large = size_here > LARGE and reading.cores is not ONE
    if is_large:
        threaded = [at for at in layers if blobs[at].is_remote]
    else:
        threaded = [at for at in layers if _is_whole(blobs[at])]
    others = [at for at in layers if at not in threaded]

    totals = _Totals(reading.limits, opened.image.name)
    stop = _Stop(reading.progress)
    stoppable = replace(reading, progress=stop.progress)

    def scan(at: int) -> Scan:
        result = _scan(opened, at, stoppable)
        return totals.add(result)

    if is_large:
        largest_first = sorted(others, key=lambda at: -blobs[at].size)
        scans = reading.cores.share(scan, largest_first)
    else:
        scans = {at: scan(at) for at in others}
    if threaded:
        scans |= _in_threads(scan, threaded, workers, stop)
    return scans


class _StoppedError(Exception):
    """Ends the reading of a layer that nobody waits for any more."""


@record(eq=False, frozen=False)
class _Stop:
    """The progress of several threads, which ends them once it is set."""

    tell: Progress
    is_set: bool = False

    def progress(self, number: int, /) -> None:
        if self.is_set:
            raise _StoppedError
        self.tell(number)


def _in_threads(
    scan: Callable[[int], Scan],
    layers: list[int],
    workers: int,
    stop: _Stop,
) -> dict[int, Scan]:
    """Read layers in threads. Where one fails, the others end when their next bytes come."""
    # 4 ms that only these need
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait  # noqa: PLC0415

    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = {at: pool.submit(scan, at) for at in layers}
        try:
            done, _ = wait(waiting.values(), return_when=FIRST_EXCEPTION)
            ended = {at: future for at, future in waiting.items() if future in done}
            return {at: future.result() for at, future in ended.items()}
        except BaseException:
            stop.is_set = True
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _scan(opened: Opened, at: int, reading: Reading) -> Scan:
    """The Scan of one layer: by its table of contents where that was read, and nobody wants
    to verify.
    """
    blob = _blob(opened, at)
    table = opened.tables.get(at)
    if table is None or reading.verify:
        return scan_layer(opened.image.layers[at], blob, reading)

    scan = look_up(table, blob.read_at, reading.wanted, reading.limits)
    reading.progress(blob.size)
    return scan


def _is_whole(blob: Blob) -> bool:
    """Whether all bytes of a blob must be read to know its entries."""
    if blob.is_remote:
        return True
    start = blob.read_at(0, LONGEST_MAGIC)
    return bool(compression(start))


class _Totals:
    """What all layers take together, so that many of them are not more than `limits` allow
    for an image.
    """

    def __init__(self, limits: Limits, where: str) -> None:
        self._limits = limits
        self._where = where
        self._entries = 0
        self._kept = 0

    def add(self, scan: Scan) -> Scan:
        """The Scan, counted; an ImageError where it is too much."""
        for paths in (scan.paths, scan.whiteouts, scan.opaques):
            self._entries += len(paths)
        self._kept += sum(map(len, scan.contents.values()))
        self._check("entries", self._entries, self._limits.entries)
        self._check("kept_bytes", self._kept, self._limits.kept_bytes)
        return scan

    def _check(self, limit: str, value: int, most: int) -> None:
        if value > most:
            raise over(limit, most, self._where)


def _blob(opened: Opened, at: int) -> Blob:
    blob = opened.blobs[at]
    assert blob is not None
    return blob
