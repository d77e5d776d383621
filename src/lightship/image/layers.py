"""All layers of an image -> their Scans, on several cores."""

from __future__ import annotations

from lightship.image.blob import Blob
from lightship.image.codecs import LONGEST_MAGIC, compression
from lightship.image.digest import Digest
from lightship.image.image import Opened
from lightship.image.layer import ONE, Reading, scan_layer
from lightship.image.limits import Limits, over
from lightship.image.scan import Scan
from lightship.image.table import look_up

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
    scans = {
        **opened.scans,
        **_scan_each(opened, sorted(set(first.values())), reading, workers),
    }
    found = [
        scans.get(layer.index) or scans.get(first.get(layer.index, -1))
        for layer in layers
    ]
    if sum(len(scan.paths) for scan in found if scan) > reading.limits.entries:
        raise over("entries", reading.limits.entries, opened.image.name)
    return found


def _first_of_each(opened: Opened) -> dict[int, int]:
    """For each layer that is still to be read the first one with the same bytes."""
    known: dict[Digest, int] = {}
    found: dict[int, int] = {}
    for layer, blob in zip(opened.image.layers, opened.blobs, strict=True):
        if blob is not None and layer.index not in opened.scans:
            digest = layer.digest or layer.diff_id
            found[layer.index] = (
                known.setdefault(digest, layer.index) if digest else layer.index
            )
    return found


def _scan_each(
    opened: Opened,
    layers: list[int],
    reading: Reading,
    workers: int,
) -> dict[int, Scan]:
    """Read some layers: two processes share those that lie here, the large ones first.

    Others are fetched in threads.

    Where only one process may be used, what must be inflated is left to threads too: they do that
    side by side, but take turns at what is but parsed.
    """
    sizes = {at: _blob(opened, at).size for at in layers}
    remote = [at for at in layers if _blob(opened, at).is_remote]
    here = [at for at in layers if at not in remote]
    is_large = sum(sizes[at] for at in here) > LARGE and reading.cores is not ONE
    threaded = (
        remote if is_large else [at for at in layers if _is_whole(_blob(opened, at))]
    )
    totals = _Totals(reading.limits, opened.image.name)

    def scan(at: int) -> Scan:
        return totals.add(_scan(opened, at, reading))

    others = sorted(set(layers) - set(threaded), key=lambda at: -sizes[at])
    scans = (
        reading.cores.share(scan, others)
        if is_large
        else {at: scan(at) for at in sorted(others)}
    )
    if not threaded:
        return scans
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - 4 ms that only these need

    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = {at: pool.submit(scan, at) for at in threaded}
        try:
            return scans | {at: future.result() for at, future in waiting.items()}
        except BaseException:
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
    return blob.is_remote or bool(compression(blob.read_at(0, LONGEST_MAGIC)))


class _Totals:
    """What all layers take together, so that many of them are not more than `limits` allow
    for an image.
    """

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
