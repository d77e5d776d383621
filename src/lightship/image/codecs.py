"""Compressed bytes -> bytes, known by their magic numbers: gzip, zstd, xz, bzip2."""

from __future__ import annotations

import sys
from typing import Any

from lightship.errors import CorruptBlobError, ImageError
from lightship.image.blob import Stream
from lightship.image.read_limits import Limits, over

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\x00", "xz"))
# How its first block begins, or its end, behind `BZh` and a digit
_BZIP2 = (
    b"1AY&SY",
    b"\x17rE8P\x90",
)
LONGEST_MAGIC = 10
_CHUNK = 1 << 20  # compressed bytes that are read at once
_PIECE = 1 << 20  # bytes that come out at once
_DEEPEST = 200  # levels of JSON; an image has ten


def compression(start: bytes) -> str:
    """What the first bytes of a file say: gzip, zstd, xz, bzip2, or nothing."""
    if start[1:4] == b"\x2a\x4d\x18" and 0x50 <= start[0] <= 0x5F:
        return "zstd"  # a skippable frame comes first (RFC 8878, section 3.1.2)
    # A tar may begin with such a name
    if start.startswith(b"BZh") and start[4:10] in _BZIP2:
        return "bzip2"
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    return ""


def _decompressor(name: str) -> tuple[Any, Any]:
    """A decompressor, all of which have the methods of `bz2.BZ2Decompressor`, and its own error."""
    if name == "gzip":
        from isal import igzip_lib  # noqa: PLC0415 - each only where it is met

        return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP), igzip_lib.error
    if name == "zstd":
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415
        else:
            from backports import zstd  # noqa: PLC0415
        # 128 MB, the most that zstd itself takes unasked
        window: Any = {zstd.DecompressionParameter.window_log_max: 27}
        return zstd.ZstdDecompressor(options=window), zstd.ZstdError
    if name == "xz":
        import lzma  # noqa: PLC0415

        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=256 << 20), lzma.LZMAError
    import bz2  # noqa: PLC0415

    return bz2.BZ2Decompressor(), OSError


class Inflated:
    """What a compressed stream holds; members or frames one after the other are one stream.

    A CorruptBlobError for what cannot be decompressed or ends too early, an ImageError for more
    than `limits` allow for `stored` bytes; both name `where`.
    """

    def __init__(self, stream: Stream, name: str, limits: Limits, where: str) -> None:
        self._stream = stream
        self._name = name
        self._limits = limits
        self._where = where
        self._one, self._error = _decompressor(name)
        self._input = b""
        self._fresh = True
        self._taken = self._given = 0

    def piece(self) -> bytes:
        """The next bytes, up to a megabyte; empty at the end."""
        while True:
            if not self._input and self._one.needs_input:
                self._input = self._stream.read(_CHUNK)
                self._taken += len(self._input)
                if not self._input:
                    if self._fresh:
                        return b""
                    raise CorruptBlobError(
                        f"{self._where}: the {self._name} data ends too early"
                    )
            try:
                data: bytes = self._one.decompress(self._input, _PIECE)
            except (self._error, EOFError, ValueError) as error:
                if self._fresh and self._given and not self._input.strip(b"\0"):
                    return b""  # padding behind the last member, as tapes have it
                raise CorruptBlobError(
                    f"{self._where}: invalid {self._name} data ({error})"
                ) from error
            self._input = b""
            self._fresh = False
            if self._one.eof:
                self._input = self._one.unused_data
                self._fresh = True
                self._one, self._error = _decompressor(self._name)
            if data:
                self._given += len(data)
                self._check()
                return data

    def _check(self) -> None:
        if self._given > self._limits.layer_bytes:
            raise over("layer_bytes", self._limits.layer_bytes, self._where)
        if (
            self._given > self._limits.small
            and self._given > self._limits.ratio * self._taken
        ):
            raise over("ratio", self._limits.ratio, self._where)


class Pieces:
    """`read(size)` over pieces: a compressed stream as a binary file."""

    def __init__(self, inflated: Inflated) -> None:
        self._next = inflated.piece
        self._rest = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        if not self._rest:
            self._rest = memoryview(self._next())
        data = bytes(self._rest[:size])
        self._rest = self._rest[size:]
        return data


def inflated(stream: Stream, start: bytes, limits: Limits, where: str) -> Stream:
    """`stream` without the compression that its first bytes, `start`, speak of.

    `start` was not taken from it.
    """
    name = compression(start)
    return Pieces(Inflated(stream, name, limits, where)) if name else stream


def as_json(data: bytes, where: str, limits: Limits) -> Any:
    """JSON from an image; an ImageError that names `where` if it is none, or too large or too
    deep.
    """
    import json  # noqa: PLC0415

    if len(data) > limits.json_bytes:
        raise over("json_bytes", limits.json_bytes, where)
    brackets = data.count(b"[") + data.count(b"{")
    if brackets + data.count(b",") > limits.json_values:
        raise over("json_values", limits.json_values, where)
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise _too_deep(where) from error
    except ValueError as error:
        raise ImageError(f"{where}: not JSON: {error}") from error
    if brackets > _DEEPEST and _is_deep(document):
        raise _too_deep(where)
    return document


def _is_deep(document: Any) -> bool:
    """Whether a document has more levels than writers, which call themselves for each, can be
    trusted with.
    """
    level = [document]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        if not inner:
            return False
        level = inner
    return True


def _too_deep(where: str) -> ImageError:
    return ImageError(f"{where}: JSON is nested more than {_DEEPEST} levels deep")
