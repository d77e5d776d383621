"""A layer's blob -> its Scan: decompress, read the tar, verify.

And the content of one entry afterwards.

An uncompressed blob that can be read at any place is read by its headers alone: its contents are
passed over, so that a gigabyte takes a tenth of a second. A compressed one is inflated piece by
piece, hashed on the way, and never held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from xxhash import xxh3_64, xxh3_64_intdigest

from lightship.errors import CorruptBlobError, ImageError
from lightship.image.blob import Blob, Stream
from lightship.image.codecs import LONGEST_MAGIC, Inflated, compression
from lightship.image.digest import Digest
from lightship.image.image import Layer
from lightship.image.read_limits import Limits
from lightship.image.scan import Scan, Wanted
from lightship.image.tar import scan_tar
from lightship.record import record

_CHUNK = 1 << 20
SMALL = 16 << 20  # bytes of a blob that are hashed though its headers would do

T = TypeVar("T")
Progress = Callable[[int], None]  # is told of stored bytes that were read


class Beside(Protocol):
    """Starts a task on another core, if there is one.

    The answer of what it gives is that of the task.
    """

    def __call__(self, task: Callable[[], T], /) -> Callable[[], T]: ...


class ShareTasks(Protocol):
    """Does a task for each of some numbers, on several cores if there are.

    The first are started first.
    """

    def __call__(
        self, task: Callable[[int], T], numbers: Sequence[int], /
    ) -> dict[int, T]: ...


def _later(task: Callable[[], T], /) -> Callable[[], T]:
    return task


def _one_by_one(task: Callable[[int], T], numbers: Sequence[int], /) -> dict[int, T]:
    return {number: task(number) for number in sorted(numbers)}


@record
class Cores:
    """How work is spread: over no core but this one, unless somebody brings more
    (`lightship.processes`).
    """

    beside: Beside = _later
    share: ShareTasks = _one_by_one


ONE = Cores()


@record
class Reading:
    """How layers are read: `verify` hashes every blob and tar, not only those that are read
    whole or small.
    """

    wanted: Wanted
    limits: Limits
    verify: bool = False
    progress: Progress = lambda _bytes: None
    cores: Cores = ONE


class Skipping:
    """A TarSource over a file: contents are passed over unread."""

    def __init__(self, blob: Blob) -> None:
        self._size = blob.size
        self.read_at = blob.read_at

    def hash_at(self, offset: int, size: int, /) -> int:
        data = self.read_at(offset, size)
        return xxh3_64_intdigest(data) if len(data) == size else -1

    def ends_before(self, offset: int, /) -> bool:
        return offset > self._size


class _Flowing:
    """A TarSource over bytes that come by once; `piece` gives the next, empty at the end."""

    def __init__(self, piece: Callable[[], bytes], diff_id: Any = None) -> None:
        self._piece = piece
        self._diff_id = diff_id
        # What is at hand, and where in the tar it begins
        self._data = memoryview(b"")
        self._start = 0

    @property
    def at(self) -> int:
        """How many bytes have come by."""
        return self._start + len(self._data)

    def _more(self) -> bool:
        data = self._piece()
        if self._diff_id is not None:
            self._diff_id.update(data)
        self._start += len(self._data)
        self._data = memoryview(data)
        return bool(data)

    def _seek(self, offset: int) -> int:
        """Let bytes pass until `offset` is at hand; where in `_data` it is."""
        while offset >= self.at and self._more():
            pass
        return offset - self._start

    def read_at(self, offset: int, size: int, /) -> bytes:
        inside = self._seek(offset)
        # Joined once: a program of 50 MB comes in a thousand pieces
        parts = [self._data[inside : inside + size]]
        missing = size - len(parts[0])
        while missing and self._more():
            parts.append(self._data[:missing])
            missing -= len(parts[-1])
        return b"".join(parts)

    def hash_at(self, offset: int, size: int, /) -> int:
        inside = self._seek(offset)
        end = inside + size
        if end <= len(self._data):
            return xxh3_64_intdigest(self._data[inside:end])
        hasher = xxh3_64()
        missing = size
        while True:
            part = self._data[inside : inside + missing]
            hasher.update(part)
            missing -= len(part)
            if not missing or not self._more():
                return -1 if missing else hasher.intdigest()
            inside = 0

    def ends_before(self, offset: int, /) -> bool:
        self._seek(offset)
        return offset > self.at

    def rest(self) -> None:
        """Pass over what comes after the end of the tar, which belongs to its digest."""
        while self._more():
            pass


class _Checked:
    """A stream whose bytes are hashed and counted as they pass."""

    def __init__(self, stream: Stream, hasher: Any, progress: Progress) -> None:
        self._read = stream.read
        self._hasher = hasher
        self._progress = progress
        self.size = 0

    def read(self, size: int, /) -> bytes:
        data = self._read(size)
        if self._hasher is not None:
            self._hasher.update(data)
        self.size += len(data)
        self._progress(len(data))
        return data


def scan_layer(layer: Layer, blob: Blob, reading: Reading) -> Scan:
    """The entries of a layer. A CorruptBlobError for wrong bytes, an ImageError for a tar
    that engines refuse.
    """
    start = blob.read_at(0, LONGEST_MAGIC)
    if compression(start) or blob.is_remote:
        return scan_stream(layer, blob.open(), blob.name, start, reading)
    scan = scan_tar(
        Skipping(blob), reading.wanted, reading.limits, blob.name, hashed=False
    )
    scan.tar_bytes = blob.size
    if layer.stored is not None and layer.stored != blob.size:
        raise CorruptBlobError(
            f"{blob.name}: {blob.size:,} bytes instead of the {layer.stored:,} that the "
            "manifest says"
        )
    if reading.verify or blob.size <= SMALL:
        wanted = layer.diff_id or layer.digest
        if wanted is not None:
            _verify(blob, wanted, reading.progress)
            scan.diff_id = wanted
    else:
        reading.progress(blob.size)
    return scan


def scan_stream(
    layer: Layer,
    stream: Stream,
    where: str,
    start: bytes,
    reading: Reading,
) -> Scan:
    """As `scan_layer`, for bytes that come by once.

    `start` are the first of them, which `stream` gives too.
    """
    hasher = layer.digest.hasher() if layer.digest else None
    checked = _Checked(stream, hasher, reading.progress)
    name = compression(start)

    tar_hasher = None
    if layer.diff_id and (reading.verify or not name or not hasher):
        tar_hasher = layer.diff_id.hasher()

    piece: Callable[[], bytes] = partial(checked.read, _CHUNK)
    if name:
        piece = Inflated(checked, name, reading.limits, where).piece
    source = _Flowing(piece, tar_hasher)
    scan = scan_tar(source, reading.wanted, reading.limits, where, hashed=True)
    source.rest()
    scan.tar_bytes = source.at
    if layer.stored is not None and checked.size != layer.stored:
        raise CorruptBlobError(
            f"{where}: {checked.size:,} bytes instead of the {layer.stored:,} that the "
            "manifest says"
        )

    for hashing, promised in ((hasher, layer.digest), (tar_hasher, layer.diff_id)):
        if hashing is None or promised is None:
            continue
        actual = hashing.hexdigest()
        if actual != promised.hex:
            raise _mismatch(where, promised, actual)
    scan.diff_id = layer.diff_id if tar_hasher else None
    return scan


def _verify(blob: Blob, promised: Digest, progress: Progress) -> None:
    hasher = promised.hasher()
    at = 0
    while data := blob.read_at(at, _CHUNK):
        hasher.update(data)
        at += len(data)
        progress(len(data))
    if hasher.hexdigest() != promised.hex:
        raise _mismatch(blob.name, promised, hasher.hexdigest())


def _mismatch(where: str, promised: Digest, actual: str) -> CorruptBlobError:
    return CorruptBlobError(
        f"{where}: the digest of its bytes is {promised.algorithm}:{actual}, not {promised}"
    )


def content(blob: Blob, scan: Scan, index: int, limits: Limits) -> Iterator[bytes]:
    """The content of a file of a layer, in pieces.

    A compressed layer is inflated up to it. `index` is not a hard link.
    """
    if index in scan.real_sizes:
        raise ImageError(f"{blob.name}: sparse files cannot be unpacked")
    offset = scan.offsets[index]
    size = scan.sizes[index]
    if not compression(blob.read_at(0, LONGEST_MAGIC)):
        while size > 0 and (data := blob.read_at(offset, min(size, _CHUNK))):
            yield data
            offset += len(data)
            size -= len(data)
        return
    piece = Inflated(
        blob.open(), compression(blob.read_at(0, LONGEST_MAGIC)), limits, blob.name
    ).piece
    at = 0
    while size > 0 and (data := piece()):
        part = data[max(offset - at, 0) : max(offset + size - at, 0)]
        at += len(data)
        if part:
            yield part
            offset += len(part)
            size -= len(part)


def content_hash(blob: Blob | None, scan: Scan, index: int, limits: Limits) -> int:
    """xxh3-64 of the content of a file: as it was read, or worked out now."""
    if scan.hashes is not None:
        return scan.hashes[index]
    if not scan.sizes[index]:
        return 0
    if blob is None:
        raise ImageError("the contents of this image were streamed and not kept")
    offset = scan.offsets[index]
    size = scan.sizes[index]
    # Only the headers of an uncompressed tar are read, so that it may still be asked for any part
    if size <= _CHUNK:
        return xxh3_64_intdigest(blob.read_at(offset, size))
    hasher = xxh3_64()
    for data in content(blob, scan, index, limits):
        hasher.update(data)
    return hasher.intdigest()
