"""The entries of a table of contents -> Scan, digests, places: eStargz and zstd:chunked list
them alike.
"""

from __future__ import annotations

import base64
from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from lightship.errors import ImageError
from lightship.image.digest import Digest, read_digest
from lightship.image.read_limits import Limits, over
from lightship.image.scan import Attributes, EntryKind, Scan
from lightship.image.table import Chunk, Table
from lightship.image.tar_headers import BLOCK
from lightship.image.tar_names import clean

_KINDS = {
    "reg": EntryKind.FILE,
    "hardlink": EntryKind.LINK,
    "symlink": EntryKind.SYMLINK,
    "char": EntryKind.CHARACTER,
    "block": EntryKind.BLOCK,
    "dir": EntryKind.DIRECTORY,
    "fifo": EntryKind.FIFO,
}
_LARGEST = 1 << 62


def _promised(entry: Mapping[str, Any], size: int) -> Digest | None:
    """The digest of a file's content: its own, or that of its only chunk."""
    own = read_digest(entry.get("digest"))
    is_single = not entry.get("chunkSize") or entry.get("chunkSize") == size
    if own is None and is_single:
        return read_digest(entry.get("chunkDigest"))
    return own


class LastPiece(NamedTuple):
    """The last piece of the last content of a layer, the bytes that fill its block, and the number
    of entries that follow it.
    """

    chunk: Chunk
    padding: int
    following: int

    @property
    def end(self) -> int:
        """Where its block ends, in what is inflated from the chunk's offset on."""
        return self.chunk.inner + self.chunk.size + self.padding


class Entries:
    """A table's entries on their way into a Scan."""

    def __init__(
        self,
        document: Any,
        end: int,
        size: int,
        limits: Limits,
        where: str,
    ) -> None:
        self.limits = limits
        self.where = where
        self.end = end
        self.size = size
        self.scan = Scan(hashes=array("Q"), has_table=True)
        self.digests = bytearray()
        self.chunks: dict[int, list[Chunk]] = {}
        self.places: dict[Attributes, int] = {}
        self.times: dict[str, int] = {}
        self.following = 0  # entries since the last that has a content
        self.whole = True  # whether every content has a digest and a place

        entries = document.get("entries") if isinstance(document, dict) else None
        if not isinstance(entries, list) or document.get("version") != 1:
            raise ImageError(f"{where}: it must have version 1 and a list of entries")
        self._read(entries)

    def _read(self, entries: list[Any]) -> None:
        """All entries; a chunk belongs to the file before it."""
        last: dict[str, Any] = {}
        for raw in entries:
            entry = raw if isinstance(raw, dict) else {}
            if entry.get("type") == "chunk":
                self._chunk(last, entry)
            else:
                self._add(entry)
                last = entry
            has_content = last.get("type") == "reg" and last.get("size")
            self.following = 0 if has_content else self.following + 1

    def table(self, name: str, compression: str) -> Table | None:
        """The Table; None where a file has no digest or no place, so that the layer must be
        read itself.
        """
        if not self.whole:
            return None

        scan = self.scan
        starts = set(scan.offsets)
        chunks: dict[int, tuple[Chunk, ...]] = {}
        for index, pieces in self.chunks.items():
            sized = tuple(self._sized(index, pieces))
            chunks[index] = sized
            starts.update(chunk.offset for chunk in sized)
        inside = sorted(start for start in starts if start < self.end)
        all_starts = array("Q", (*inside, self.end, self.size))

        indexes = range(len(scan.paths))
        entry_bytes = sum(map(self._tar_bytes, indexes))
        scan.tar_bytes = entry_bytes + 2 * BLOCK  # two empty blocks end a tar
        return Table(scan, name, compression, self.digests, chunks, all_starts)

    def last_piece(self) -> LastPiece:
        """Where the contents end; at the start of the layer where it has none."""
        sizes = self.scan.sizes
        for index in reversed(range(len(sizes))):
            if sizes[index]:
                whole = Chunk(self.scan.offsets[index], 0, sizes[index])
                *_, last = self._sized(index, self.chunks.get(index, [whole]))
                return LastPiece(last, -sizes[index] % BLOCK, self.following)
        return LastPiece(Chunk(0, 0, 0), 0, self.following)

    def add_own(self, tar: Scan, at: int, offset: int, promised: Digest) -> None:
        """The table itself, which eStargz keeps as a file of the layer."""
        index = len(self.scan.paths)
        self._append(
            tar.paths[at],
            EntryKind.FILE,
            tar.sizes[at],
            tar.owners[tar.attributes[at]],
            tar.mtimes[at],
        )
        self._place(index, promised, offset, tar.offsets[at])

    def _add(self, entry: Mapping[str, Any]) -> None:
        path = self._path(entry)
        type_name = str(entry.get("type"))
        kind = _KINDS.get(type_name)
        if kind is None:
            raise ImageError(
                f"{self.where}: an entry has an unknown type {type_name[:40]!r}"
            )
        if b".wh." in path and self._whiteout(path):
            return
        index = len(self.scan.paths)
        if index >= self.limits.entries:
            raise over("entries", self.limits.entries, self.where)

        size = self._number(entry, "size") if kind == EntryKind.FILE else 0
        owner = Attributes(
            self._number(entry, "mode") & 0o7777,
            self._number(entry, "uid"),
            self._number(entry, "gid"),
        )
        mtime = self._time(entry.get("modtime"))
        self._append(path, kind, size, owner, mtime)
        self._add_details(entry, index, kind)
        if size:
            promised = _promised(entry, size)
            offset = self._number(entry, "offset") or -1
            inner = self._number(entry, "innerOffset")
            self._place(index, promised, offset, inner)

    def _add_details(
        self,
        entry: Mapping[str, Any],
        index: int,
        kind: EntryKind,
    ) -> None:
        """What few entries have: where a link leads, a device's numbers, xattrs."""
        if kind in (EntryKind.LINK, EntryKind.SYMLINK):
            link = self._bytes(entry, "linkName")
            self.scan.links[index] = clean(link) if kind == EntryKind.LINK else link
        if kind in (EntryKind.CHARACTER, EntryKind.BLOCK):
            major = self._number(entry, "devMajor")
            minor = self._number(entry, "devMinor")
            self.scan.devices[index] = (major, minor)
        if entry.get("xattrs"):
            self.scan.xattrs[index] = self._xattrs(entry["xattrs"])

    def _append(
        self,
        path: bytes,
        kind: EntryKind,
        size: int,
        owner: Attributes,
        mtime: int,
    ) -> None:
        scan = self.scan
        if owner not in self.places:
            self.places[owner] = len(scan.owners)
            scan.owners.append(owner)
        scan.paths.append(path)
        scan.kinds.append(kind)
        scan.sizes.append(size)
        scan.attributes.append(self.places[owner])
        scan.mtimes.append(mtime)
        scan.offsets.append(0)
        self.digests += bytes(32)
        assert scan.hashes is not None
        scan.hashes.append(0)

    def _place(
        self,
        index: int,
        promised: Digest | None,
        offset: int,
        inner: int,
    ) -> None:
        """Where the content of the entry that was added last is, and its hash: the start of
        its sha256.

        A hash of 64 bits is enough to compare files with; the whole digest verifies what is
        fetched.
        """
        if promised is None or promised.algorithm != "sha256" or offset < 0:
            self.whole = False
            return
        sha256 = bytes.fromhex(promised.hex)
        self.digests[32 * index :] = sha256
        assert self.scan.hashes is not None
        self.scan.hashes[index] = int.from_bytes(sha256[:8], "big")
        self.scan.offsets[index] = offset
        if inner:
            self.chunks[index] = [Chunk(offset, inner, self.scan.sizes[index])]

    def _chunk(self, file: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
        """A further piece of the file before; of the first only the place was noted."""
        index = len(self.scan.paths) - 1
        if index < 0 or file.get("type") != "reg" or not self.scan.sizes[index]:
            raise ImageError(f"{self.where}: a chunk belongs to no file")
        offset = self._number(entry, "offset")
        inner = self._number(entry, "innerOffset")
        first_inner = self._number(file, "innerOffset")
        first = Chunk(self.scan.offsets[index], first_inner, 0)
        pieces = self.chunks.setdefault(index, [first])
        if len(pieces) == 1:
            pieces[0] = first
        # Its size is known when all are: here stands where it begins in the content
        start = self._number(entry, "chunkOffset")
        pieces.append(Chunk(offset, inner, start))

    def _sized(self, index: int, pieces: list[Chunk]) -> Iterator[Chunk]:
        """The pieces of a file with their sizes, where they had the offsets in the content."""
        if len(pieces) == 1:
            yield pieces[0]
            return
        offsets = [piece.size for piece in pieces]
        offsets.append(self.scan.sizes[index])
        for piece, (start, end) in zip(pieces, pairwise(offsets), strict=True):
            if end < start:
                raise ImageError(f"{self.where}: the chunks of a file are out of order")
            yield piece._replace(size=end - start)

    def _whiteout(self, path: bytes) -> bool:
        """Whether an entry marks what the layer removes, as in a tar."""
        parent, slash, name = path.rpartition(b"/")
        if not name.startswith(b".wh."):
            return False
        if name == b".wh..wh..opq":
            self.scan.opaques.append(parent)
        elif not name.startswith(b".wh..wh.") and name != b".wh.":
            self.scan.whiteouts.append(parent + slash + name[4:])
        return True

    def _tar_bytes(self, index: int) -> int:
        """Bytes that an entry takes in a tar, about: long names and xattrs have further headers."""
        scan = self.scan
        is_extended = len(scan.paths[index]) > 100 or index in scan.xattrs
        headers = 3 if is_extended else 1
        blocks = -(-scan.sizes[index] // BLOCK)
        return (headers + blocks) * BLOCK

    def _path(self, entry: Mapping[str, Any]) -> bytes:
        return clean(self._bytes(entry, "name"))

    def _bytes(self, entry: Mapping[str, Any], key: str) -> bytes:
        value = entry.get(key)
        if not isinstance(value, str):
            raise ImageError(f"{self.where}: an entry has no {key}")
        data = value.encode("utf-8", "replace")
        if len(data) > self.limits.path_bytes:
            raise over("path_bytes", self.limits.path_bytes, self.where)
        return data

    def _number(self, entry: Mapping[str, Any], key: str) -> int:
        value = entry.get(key, 0)
        if type(value) is not int or not 0 <= value < _LARGEST:  # a bool is an int too
            raise ImageError(
                f"{self.where}: an entry has an invalid {key}: {str(value)[:40]!r}"
            )
        return value

    def _time(self, value: Any) -> int:
        """Seconds since 1970 of a time as RFC 3339 writes it.

        0 where none is said, as Go's zero time says none.
        """
        if not isinstance(value, str) or not value or value.startswith("0001-"):
            return 0
        if value not in self.times:  # most files of a layer have one of few times
            try:
                moment = datetime.fromisoformat(value)
                self.times[value] = int(moment.timestamp() // 1)
            except (ValueError, OverflowError) as error:
                shown = repr(value[:40])
                raise ImageError(f"{self.where}: invalid time {shown}") from error
        return self.times[value]

    def _xattrs(self, raw: Any) -> dict[str, bytes]:
        try:
            return {
                str(key): base64.b64decode(value, validate=True)
                for key, value in raw.items()
            }
        except (AttributeError, TypeError, ValueError) as error:
            raise ImageError(f"{self.where}: xattrs must be base64") from error
