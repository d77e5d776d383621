"""An archive whose bytes come by once, through a pipe or from an engine.

Which files are layers, and of which image, is known only at the end: manifest.json comes last. So
every file that is not JSON is read as a layer while it passes, JSON is kept, and the image is put
together afterwards, by the same functions as that of a file. What was wrong with a file matters
only if the image has it.
"""

from __future__ import annotations

from array import array
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from lightship.errors import ImageError
from lightship.image.archive import open_members
from lightship.image.blob import Blob, Stream
from lightship.image.choose import Choice
from lightship.image.codecs import Inflated, Pieces, compression
from lightship.image.descriptor import wrong_digest, wrong_size
from lightship.image.digest import Digest, digest_of
from lightship.image.image import Layer, Opened
from lightship.image.layer import Progress, Reading, scan_stream
from lightship.image.outer_tar import Archive, Member, members
from lightship.image.read_limits import Limits, over
from lightship.image.scan import Look, Scan, Wanted
from lightship.image.tar import scan_tar
from lightship.image.tar_headers import BLOCK
from lightship.record import record
from lightship.regex import regex

_CHUNK = 1 << 20
_LARGE = 64 << 10  # bytes from which on it pays to have them hashed elsewhere
_MOST_WAITING = 4  # pieces
_MOST_BEHIND = 64 << 20  # bytes that are read behind the end of the outer tar
_BLANKS = b" \t\r\n"
_NAMED = regex(r"blobs/(sha256|sha512)/[0-9a-f]+|[0-9a-f]{64}\.(?:tar\.gz|tgz)")


@record(eq=False, frozen=False)
class Passed:
    """What is left of a file that went by: JSON as `data`, a layer as `scan`, or what was
    wrong with it.

    `stored` is the digest of its bytes, `plain` that of its tar, None where it was not worked out.
    """

    size: int
    data: bytes = b""
    scan: Scan | None = None
    error: ImageError | None = None
    stored: Digest | None = None
    plain: Digest | None = None


def read_stream(
    stream: Stream,
    choice: Choice,
    reading: Reading,
    name: str,
    source: str = "stdin",
) -> Opened:
    """The image in an archive, compressed or not, with all its layers read: `scans` has them,
    there are no blobs.

    Raises ImageError and its kin, as open_archive does, for what is wrong with the archive or the
    layers of the image.
    """
    plain = _plain(Ahead(stream, reading.progress), reading.limits, name)
    with ThreadPoolExecutor(max_workers=1) as pool:
        passing = _Passing(plain, reading, pool)
        wanted = Wanted(passing.choose, lambda _path, _data: None)
        outer = scan_tar(passing, wanted, reading.limits, name, hashed=True)
        passing.rest()

    layers: dict[str, Passed] = {}

    def read(place: Member) -> bytes:
        passed = passing.files.get(place.offset, Passed(0))
        if passed.error is not None:
            raise passed.error
        if passed.scan is not None:
            raise ImageError(f"{name}: {place.name}: not JSON")
        return passed.data

    def blob(place: Member) -> Blob:
        layers[place.name] = passing.files.get(place.offset) or _empty()
        return Blob(place.name, place.size, _gone, _gone)

    archive = Archive(members(outer), read, blob, reading.limits, name, source)
    opened = open_members(archive, choice)
    scans: dict[int, Scan] = {}
    for layer, place in zip(opened.image.layers, opened.blobs, strict=True):
        if place is not None:
            passed = layers[place.name]
            scans[layer.index] = _scan(layer, passed, place.name)

    no_blobs = (None,) * len(opened.blobs)
    return Opened(opened.image, no_blobs, scans)


def _gone(*_: int) -> Any:
    raise ImageError("the bytes of this image were streamed and not kept")


def _plain(stream: Ahead, limits: Limits, name: str) -> Ahead:
    """The archive without the compression around it."""
    packed = compression(stream.ahead(BLOCK))
    if not packed:
        return stream
    inflated = Inflated(stream, packed, limits, name)
    return Ahead(Pieces(inflated))


def _scan(layer: Layer, passed: Passed, where: str) -> Scan:
    """The Scan of a layer, if its bytes are those that were promised."""
    if layer.stored is not None and layer.stored != passed.size:
        raise wrong_size(where, passed.size, layer.stored)
    for promised, actual in (
        (layer.digest, passed.stored),
        (layer.diff_id, passed.plain),
    ):
        if not promised or not actual:
            continue
        if promised.algorithm == actual.algorithm and promised != actual:
            raise wrong_digest(where, str(actual), promised)
    if passed.error is not None:
        raise passed.error
    if passed.scan is None:
        raise ImageError(f"{where}: JSON instead of a layer")
    if passed.plain is not None and passed.plain == layer.diff_id:
        passed.scan.diff_id = layer.diff_id
    return passed.scan


class Ahead:
    """A stream whose next bytes can be looked at before they are read. It reads in large pieces."""

    def __init__(
        self,
        stream: Stream,
        progress: Progress = lambda _bytes: None,
    ) -> None:
        self._read = stream.read
        self._progress = progress
        self._rest = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, empty at the end."""
        if not self._rest and size:
            fresh = self._more()
            if len(fresh) <= size:
                return fresh
            self._rest = memoryview(fresh)
        data = bytes(self._rest[:size])
        self._rest = self._rest[size:]
        return data

    def ahead(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end; they are still to be read."""
        while len(self._rest) < size and (data := self._more()):
            self._rest = memoryview(bytes(self._rest) + data)
        return bytes(self._rest[:size])

    def _more(self) -> bytes:
        data = self._read(_CHUNK)
        self._progress(len(data))
        return data


class _Within:
    """A Stream of the next bytes of another, so many and no more."""

    def __init__(self, stream: Ahead, size: int) -> None:
        self._stream = stream
        self.left = size

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(min(size, self.left))
        self.left -= len(data)
        return data


class _Hashed:
    """A Stream whose bytes are hashed as they pass, large pieces on another core while the
    next is read.
    """

    def __init__(
        self,
        stream: Stream,
        algorithm: str,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._read = stream.read
        self._pool = pool
        self._algorithm = algorithm
        self._hasher = Digest(algorithm, "").hasher()
        self._waiting: deque[Future[None]] = deque()

    def read(self, size: int, /) -> bytes:
        data = self._read(size)
        if len(data) >= _LARGE:
            self._waiting.append(self._pool.submit(self._hasher.update, data))
        else:
            self._wait(0)
            self._hasher.update(data)
        self._wait(_MOST_WAITING)
        return data

    def digest(self) -> Digest:
        """Of what has passed."""
        self._wait(0)
        return Digest(self._algorithm, self._hasher.hexdigest())

    def _wait(self, most: int) -> None:
        while len(self._waiting) > most:
            self._waiting.popleft().result()


class _Passing:
    """The outer tar as a TarSource.

    scan_tar asks `choose` about each file and then has it hashed: so it is read.
    """

    def __init__(
        self,
        stream: Ahead,
        reading: Reading,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._at = 0
        self.files: dict[int, Passed] = {}
        self._stream = stream
        self._reading = reading
        self._pool = pool
        self._next = ""
        self._entries = self._kept = 0

    def choose(self, path: bytes, _size: int) -> Look:
        self._next = path.decode("utf-8", "backslashreplace")
        return Look.PASS

    def read_at(self, offset: int, size: int, /) -> bytes:
        self._seek(offset)
        parts = []
        missing = size
        while missing and (data := self._stream.read(missing)):
            parts.append(data)
            missing -= len(data)
        self._at += size - missing
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def hash_at(self, offset: int, size: int, /) -> int:
        """The place where a file is read; its hash is of no interest."""
        self._seek(offset)
        content = _Within(self._stream, size)
        self.files[offset] = self._file(self._next, size, content)
        while content.left and content.read(_CHUNK):
            pass
        self._at += size - content.left
        return -1 if content.left else 0

    def ends_before(self, offset: int, /) -> bool:
        self._seek(offset)
        return self._at < offset

    def _seek(self, offset: int) -> None:
        """Let bytes pass until `offset`, or the end."""
        while self._at < offset and (
            data := self._stream.read(min(_CHUNK, offset - self._at))
        ):
            self._at += len(data)

    def rest(self) -> None:
        """Read what comes after the end of the tar, so that its writer is not cut off.

        It may be without end.
        """
        left = _MOST_BEHIND
        while left > 0 and (data := self._stream.read(_CHUNK)):
            left -= len(data)

    def _file(self, name: str, size: int, content: _Within) -> Passed:
        if size > self._reading.limits.layer_bytes:
            raise over("layer_bytes", self._reading.limits.layer_bytes, name)

        start = self._stream.ahead(min(size, BLOCK))
        first = start.lstrip(_BLANKS)[:1]
        if first in (b"{", b"[") and b"\0" not in start:
            return self._json(name, size, content)

        passed = Passed(size)
        self._layer(name, content, compression(start), passed)
        if passed.scan is not None:
            self._entries += len(passed.scan.paths)
        if self._entries > self._reading.limits.entries:
            raise over("entries", self._reading.limits.entries, name)
        return passed

    def _json(self, name: str, size: int, content: _Within) -> Passed:
        limits = self._reading.limits
        if size > limits.json_bytes:
            return Passed(size, error=over("json_bytes", limits.json_bytes, name))
        self._kept += size
        if self._kept > limits.kept_bytes:
            raise over("kept_bytes", limits.kept_bytes, name)
        parts = []
        while data := content.read(_CHUNK):
            parts.append(data)
        return Passed(size, b"".join(parts))

    def _layer(self, name: str, content: _Within, packed: str, passed: Passed) -> None:
        """Read a layer, hashed as it is stored, and as a tar where its name promises nothing
        of the stored bytes.
        """
        named = _NAMED.fullmatch(name)
        algorithm = (named and named[1]) or "sha256"
        stored = plain = _Hashed(content, algorithm, self._pool)
        tar: Stream = stored
        if packed:
            tar = Pieces(Inflated(stored, packed, self._reading.limits, name))
            if self._reading.verify or not named:
                tar = plain = _Hashed(tar, "sha256", self._pool)
        try:
            passed.scan = scan_stream(
                Layer(0),
                tar,
                name,
                b"",
                Reading(self._reading.wanted, self._reading.limits),
            )
        except ImageError as error:
            passed.error = error
            # Where it has another digest as well, that is what is said
            while stored.read(_CHUNK):
                pass
        passed.stored = stored.digest()
        if passed.error is None and (plain is not stored or not packed):
            passed.plain = plain.digest()


def _empty() -> Passed:
    """What is left of a file without bytes, which is not asked about."""
    nothing = digest_of(b"")
    return Passed(0, scan=Scan(hashes=array("Q")), stored=nothing, plain=nothing)
