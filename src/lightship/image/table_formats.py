"""Layers that have a table of contents -> Table: eStargz and zstd:chunked.

Both are usual layers whose files are compressed one by one, with a JSON document at the end that
lists them: name, type, size, mode, owner, times, links, xattrs, sha256 of the content, place in
the blob. An annotation in the manifest has the document's digest, which makes it as trustworthy as
the layer's own. Facts: containerd/stargz-snapshotter, docs/estargz.md; containers/storage,
pkg/chunked/internal/minimal/compression.go.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from lightship.errors import CorruptBlobError, ImageError
from lightship.image.blob import Blob
from lightship.image.codecs import Inflated, as_json
from lightship.image.digest import Digest, digest, read_digest
from lightship.image.image import Layer
from lightship.image.layer import Skipping
from lightship.image.read_limits import Limits, over
from lightship.image.scan import NOTHING_WANTED, Look, Scan, Wanted
from lightship.image.table import Part, PartStream, Table
from lightship.image.table_entries import Entries, LastPiece
from lightship.image.tar import scan_tar
from lightship.image.tar_headers import BLOCK
from lightship.record import record
from lightship.regex import regex

_STARGZ = "containerd.io/snapshot/stargz/toc.digest"
_STARGZ_SIZE = "io.containers.estargz.uncompressed-size"
_STARGZ_NAME = b"stargz.index.json"
# Today's, and the first
_CHUNKED = (
    "io.github.containers.zstd-chunked.",
    "io.containers.zstd-chunked.",
)
_FOOTER, _OLD_FOOTER = 51, 47  # bytes
_TAIL = 64 << 10  # bytes that are asked for at once: the footer, and mostly the table
_POSITION = regex(r"(\d{1,18}):(\d{1,18}):(\d{1,18})(?::(\d{1,9}))?")
_OFFSET = regex(r"[0-9a-fA-F]{16}")


def says_table(layer: Layer) -> bool:
    """Whether a layer's annotations promise a table of contents."""
    return layer.stored is not None and (
        _STARGZ in layer.annotations or _chunked(layer, "manifest-checksum") != ""
    )


def read_table(layer: Layer, part: Part, limits: Limits) -> Table | None:
    """The table of contents of a layer.

    None where it has none that could take the place of reading it.

    A CorruptBlobError for a table that is not the one that the manifest promises, an ImageError
    for one that makes no sense or is beyond a limit.
    """
    where = f"{layer.digest}: table of contents"
    assert layer.stored is not None
    if checksum := _chunked(layer, "manifest-checksum"):
        return _read_chunked(layer, part, limits, digest(checksum, where), where)
    return _read_stargz(
        layer, part, limits, digest(layer.annotations[_STARGZ], where), where
    )


def _chunked(layer: Layer, name: str) -> str:
    return next(
        (
            layer.annotations[key + name]
            for key in _CHUNKED
            if key + name in layer.annotations
        ),
        "",
    )


@record(eq=False)
class _OwnTar:
    """The tar of one file in which eStargz keeps its table: `data`, at `offset` of the blob.

    `part` is the blob's, but for what was fetched with it.
    """

    offset: int
    data: bytes
    scan: Scan
    part: Part

    @property
    def index(self) -> int:
        return self.scan.paths.index(_STARGZ_NAME)

    @property
    def document(self) -> bytes:
        return self.scan.contents.get(self.index, b"")


def _read_stargz(
    layer: Layer,
    part: Part,
    limits: Limits,
    promised: Digest,
    where: str,
) -> Table | None:
    size = layer.stored or 0
    own = _own_tar(size, part, limits, where)
    if own is None:
        return None
    _verify(own.document, promised, where)
    document = as_json(own.document, where, limits)
    entries = Entries(document, own.offset, size, limits, where)
    is_file = _is_file(own, entries, limits, where) if entries.whole else None
    if is_file is None:
        return None
    if is_file:
        entries.add_own(own.scan, own.index, own.offset, promised)
    table = entries.table(str(layer.digest), "gzip")
    if table is not None:
        unseen = 0 if is_file else len(own.data)
        table.scan.tar_bytes = _said_size(layer) or table.scan.tar_bytes + unseen
    return table


def _own_tar(size: int, part: Part, limits: Limits, where: str) -> _OwnTar | None:
    """eStargz: a footer, which is an empty gzip member, says where the table is: a tar of one
    file in a gzip member.
    """
    start = max(0, size - _TAIL)
    tail = part(start, size - start)
    offset = _footer(tail[-_FOOTER:], 12, 16) if len(tail) >= _FOOTER else None
    if offset is None and len(tail) >= _OLD_FOOTER:
        offset = _footer(tail[-_OLD_FOOTER:], 12, 12)
    if offset is None or offset >= size:
        return None
    if size - offset > limits.json_bytes:
        raise over("json_bytes", limits.json_bytes, where)

    def near(at: int, length: int) -> bytes:
        if at >= start:
            return tail[at - start : at - start + length]
        return part(at, length)

    stored = near(offset, size - offset)
    data = _inflated(stored, "gzip", limits.json_bytes + BLOCK * 16, limits, where)
    wanted = Wanted(_only_the_table, lambda _path, _data: None)
    scan = scan_tar(_in_memory(data, where), wanted, limits, where, hashed=False)
    return _OwnTar(offset, data, scan, near) if _STARGZ_NAME in scan.paths else None


def _said_size(layer: Layer) -> int:
    """The bytes of the whole tar, as an annotation says them; 0 where none does."""
    text = layer.annotations.get(_STARGZ_SIZE, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _is_file(own: _OwnTar, entries: Entries, limits: Limits, where: str) -> bool | None:
    """Whether the table is a file of the layer.

    A writer that keeps a tar as it was (BuildKit) puts the table after its end, where no engine
    sees it; others (nerdctl) make it the last file. None where that cannot be told.
    """
    last = entries.last_piece()
    more = _inflated_size(own) - last.end
    headers = last.following * BLOCK
    # The member of the last content has the headers that follow, and perhaps the end of the tar;
    # a header may have further ones before it
    if more == headers:
        return True
    if not headers and more >= 2 * BLOCK:
        return False
    try:
        before = _before_table(own, last, limits, where)
        if before is None:
            return None
        source = _in_memory(before + own.data, where)
        found = scan_tar(source, NOTHING_WANTED, limits, where, hashed=False)
    except ImageError:
        return None  # what is wrong is said where the layer itself is read
    return _STARGZ_NAME in found.paths


def _inflated_size(own: _OwnTar) -> int:
    """The bytes of the gzip member before the table, which its last four say (RFC 1952); 0 where
    there is none.
    """
    return (
        int.from_bytes(own.part(own.offset - 4, 4), "little") if own.offset > 4 else 0
    )


def _before_table(
    own: _OwnTar, last: LastPiece, limits: Limits, where: str
) -> bytes | None:
    """What the tar has between its last content and the table: headers of entries without a
    content, and perhaps its end.

    None where it would take more than a table may.
    """
    chunk = last.chunk
    length = max(0, own.offset - chunk.offset)
    if length > limits.json_bytes:
        return None
    stored = own.part(chunk.offset, length) if length else b""
    stream = PartStream(_slices(stored), 0, len(stored))
    inflating = Inflated(stream, "gzip", limits, where)
    passed = last.end
    found = bytearray()
    while data := inflating.piece():
        found += data[passed:]
        passed = max(0, passed - len(data))
        if len(found) > limits.json_bytes:
            return None
    return bytes(found)


def _in_memory(data: bytes, where: str) -> Skipping:
    return Skipping(Blob(where, len(data), _slices(data), lambda: BytesIO(data)))


def _slices(data: bytes) -> Part:
    return lambda at, size: data[at : at + size]


def _only_the_table(path: bytes, _size: int) -> Look:
    return Look.KEEP if path == _STARGZ_NAME else Look.PASS


def _footer(footer: bytes, extra: int, digits: int) -> int | None:
    """Where the table begins, as a footer says in its extra field: sixteen digits in hex and
    `STARGZ`.
    """
    if (
        footer[:4] != b"\x1f\x8b\x08\x04"
        or footer[digits + 16 : digits + 22] != b"STARGZ"
    ):
        return None
    if digits != extra and footer[extra : extra + 2] != b"SG":
        return None
    text = footer[digits : digits + 16].decode("latin-1")
    return int(text, 16) if _OFFSET.fullmatch(text) else None


def _read_chunked(
    layer: Layer,
    part: Part,
    limits: Limits,
    promised: Digest,
    where: str,
) -> Table | None:
    """zstd:chunked: annotations say where the table is, a zstd frame inside a skippable one."""
    position = _POSITION.fullmatch(_chunked(layer, "manifest-position"))
    if position is None or position[4] != "1":
        return None  # of another version
    offset, length, size = (int(position[at]) for at in (1, 2, 3))
    if length > limits.json_bytes or size > limits.json_bytes:
        raise over("json_bytes", limits.json_bytes, where)
    if not 0 < offset <= offset + length <= (layer.stored or 0):
        raise CorruptBlobError(
            f"{where}: its position is outside the layer's {layer.stored:,} bytes"
        )
    stored = part(offset, length)
    _verify(stored, promised, where)
    document = as_json(_inflated(stored, "zstd", size, limits, where), where, limits)
    made = Entries(document, max(0, offset - 8), layer.stored or 0, limits, where)
    table = made.table(str(layer.digest), "zstd")
    if table:
        exact = _tar_size(layer, document, part, limits, where)
        table.scan.tar_bytes = exact or table.scan.tar_bytes
    return table


def _tar_size(
    layer: Layer,
    document: Any,
    part: Part,
    limits: Limits,
    where: str,
) -> int:
    """The bytes of the whole tar, which the `tar-split` beside the table adds up to.

    0 where there is no good one.

    It has a line of JSON for each piece of the tar: a file's size (type 1), or bytes between files
    (type 2).
    """
    position = _POSITION.fullmatch(_chunked(layer, "tarsplit-position"))
    promised = read_digest(document.get("tarSplitDigest"))
    if position is None or promised is None:
        return 0
    offset, length, size = (int(position[at]) for at in (1, 2, 3))
    if max(length, size) > limits.json_bytes or offset + length > (layer.stored or 0):
        return 0
    stored = part(offset, length)
    _verify(stored, promised, f"{where}: tar-split")
    total = 0
    for line in _inflated(stored, "zstd", size, limits, where).splitlines():
        piece = as_json(line, f"{where}: tar-split", limits)
        if not isinstance(piece, dict):
            return 0
        payload = piece.get("payload")
        if piece.get("type") == 1:
            total += max(0, piece["size"]) if isinstance(piece.get("size"), int) else 0
        elif isinstance(payload, str):
            total += len(payload) * 3 // 4 - payload.count("=", -2)
    return total


def _verify(data: bytes, promised: Digest, where: str) -> None:
    hasher = promised.hasher()
    hasher.update(data)
    if hasher.hexdigest() != promised.hex:
        raise CorruptBlobError(
            f"{where}: the digest of its bytes is {promised.algorithm}:{hasher.hexdigest()}, "
            f"not {promised}"
        )


def _inflated(
    stored: bytes,
    compression: str,
    most: int,
    limits: Limits,
    where: str,
) -> bytes:
    """A small document, decompressed; an ImageError where it has more than `most` bytes."""
    piece = Inflated(
        PartStream(_slices(stored), 0, len(stored)),
        compression,
        limits,
        where,
    ).piece
    data = bytearray()
    while part := piece():
        data += part
        if len(data) > most:
            raise over("json_bytes", limits.json_bytes, where)
    return bytes(data)
