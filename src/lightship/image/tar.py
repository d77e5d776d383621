"""The entries of a tar, as Go's archive/tar reads it: that is what engines use, and parsers differ.

Formats: V7, USTAR, PAX (with its records for path, linkpath, size, uid, gid, mtime, xattrs, sparse
files), GNU (long names, base-256 numbers, old sparse files), star. Facts are from Go's
src/archive/tar (reader.go, strconv.go).

A hundred thousand headers pass here in a second, which is the time that `inspect` takes on an
archive. So the usual header is read by slices, with what repeats looked up in dictionaries, and
only the rest goes through functions.
"""

from __future__ import annotations

from array import array
from dataclasses import field
from typing import Protocol
from zlib import adler32

from xxhash import xxh3_64_intdigest

from lightship.errors import ImageError
from lightship.image.databases.package_lists import kept_size
from lightship.image.read_limits import Limits, over
from lightship.image.scan import Attributes, EntryKind, FilePart, Look, Scan, Wanted
from lightship.image.tar_headers import (
    BLOCK,
    HeaderError,
    has_signed_sum,
    number_of,
    pax_number,
    pax_records,
    pax_seconds,
    size_of,
)
from lightship.image.tar_names import clean
from lightship.record import record

_ZEROS = bytes(BLOCK)
_ADLER = 65521
_FILE, _LINK, _SYMLINK, _DIRECTORY = (
    int(kind)
    for kind in (EntryKind.FILE, EntryKind.LINK, EntryKind.SYMLINK, EntryKind.DIRECTORY)
)
_DEVICES = (int(EntryKind.CHARACTER), int(EntryKind.BLOCK))
_HEADER_ONLY = frozenset(int(kind) for kind in EntryKind if kind != EntryKind.FILE)
_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK, _SPARSE = b"xgLKS"
_EXTENSIONS = frozenset((_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK))
# Names that begin with it or with a dot, which is one less, need a look
_SLASH = ord("/")
_BLANK = 32  # a number ends in a blank or in NUL, or fills its field
# Kinds of files beside 0: before POSIX, contiguous, sparse
_REGULAR = frozenset((0, ord("7"), _SPARSE))
_WHITEOUT, _OPAQUE, _AUFS = b".wh.", b".wh..wh..opq", b".wh..wh."
_SHOWN = 200  # characters of a path in an error
_XATTR = 100  # bytes that one takes beside its name and value


class TarSource(Protocol):
    """Where the tar is read from.

    What is asked for never overlaps, and offsets grow, so that a stream can serve.
    """

    def read_at(self, offset: int, size: int, /) -> bytes:
        """Bytes from a place on, fewer only at the end."""

    def hash_at(self, offset: int, size: int, /) -> int:
        """xxh3-64 of the content at a place; -1 where it ends too early."""

    def ends_before(self, offset: int, /) -> bool:
        """Whether there are fewer bytes than that; asked where a tar seems to end."""


@record(eq=False, frozen=False)
class _Pending:
    """What extension headers say about the next entry."""

    name: bytes | None = None
    link: bytes | None = None
    pax: dict[str, bytes] = field(default_factory=dict)


def scan_tar(
    source: TarSource,
    wanted: Wanted,
    limits: Limits,
    where: str,
    *,
    hashed: bool,
) -> Scan:
    """The entries of a tar. An ImageError that names `where` and the place for what Go would
    refuse.

    With `hashed` every content is hashed on the way, else passed over unread.
    """
    reader = _Reader(source, wanted, limits, where, hashed)
    try:
        return reader.all()
    except HeaderError as bad:
        raise reader.error(str(bad)) from None


class _Reader:
    """One tar on its way; `at` is the place of the header that is read, or of what follows it."""

    def __init__(
        self,
        source: TarSource,
        wanted: Wanted,
        limits: Limits,
        where: str,
        hashed: bool,
    ) -> None:
        self.source, self.wanted, self.limits, self.where = (
            source,
            wanted,
            limits,
            where,
        )
        self.scan = Scan(hashes=array("Q") if hashed else None)
        # The mode, uid and gid of a header -> where they stand in `scan.owners`
        self.known: dict[bytes, int] = {}
        self.places: dict[Attributes, int] = {}
        self.pending: _Pending | None = None
        self.kept = self.at = 0

    def all(self) -> Scan:  # noqa: C901, PLR0912, PLR0915 - calls would cost more than the steps
        """The loop over headers; what is not usual about one is read by the methods below."""
        scan, known, hashes = self.scan, self.known, self.scan.hashes
        checksums: dict[bytes, int] = {}
        times: dict[bytes, int] = {}
        read_at, choose, most = (
            self.source.read_at,
            self.wanted.choose,
            self.limits.entries,
        )
        add_path, add_kind, add_size = (
            scan.paths.append,
            scan.kinds.append,
            scan.sizes.append,
        )
        add_owner, add_time, add_offset = (
            scan.attributes.append,
            scan.mtimes.append,
            scan.offsets.append,
        )
        at = count = 0
        while True:
            block = read_at(at, BLOCK)
            self.at = at  # so that errors name it
            if (len(block) < BLOCK or not block[0]) and self._ends(block):
                return scan
            # A sum of bytes is the low half of their Adler-32, less one; the eight of the sum
            # itself count as blanks
            field = block[148:156]
            expected = checksums.get(field)
            if expected is None:
                plain = (
                    field[6:] == b"\0 "
                    and field[:6].isdigit()
                    and b"8" not in field
                    and b"9" not in field
                )
                stated = int(field[:6], 8) if plain else number_of(field)
                expected = checksums[field] = (stated + sum(field) - 255) % _ADLER
            if adler32(block) & 0xFFFF != expected and not has_signed_sum(block):
                raise self.error("the checksum of a header is wrong")

            kind = block[156]
            try:
                size = (
                    int(block[124:135], 8)
                    if block[135] <= _BLANK
                    else size_of(block[124:136])
                )
            except ValueError:
                size = size_of(block[124:136])
            field = block[136:148]
            mtime = times.get(field)
            if mtime is None:
                plain = (
                    field[:11].isdigit()
                    and field[11] <= _BLANK
                    and b"8" not in field
                    and b"9" not in field
                )
                mtime = times[field] = int(field[:11], 8) if plain else number_of(field)
            at += BLOCK
            name = block[2 if block[:2] == b"./" else 0 : 100].partition(b"\0")[0]
            if block[345] and block[257:263] == b"ustar\0":
                prefix = block[345 : 476 if block[508:] == b"tar\0" else 500].partition(
                    b"\0"
                )[0]
                name = prefix + b"/" + name if prefix else name
            owner = known.get(block[100:124])
            if owner is None:
                numbers = (
                    number_of(block[place : place + 8]) for place in (100, 108, 116)
                )
                owner = known[block[100:124]] = self._owner(*numbers)
            link, real = block[157:257].partition(b"\0")[0] if block[157] else b"", -1

            if kind != _FILE and kind not in _HEADER_ONLY:
                self.at = at
                if kind in _EXTENSIONS:
                    at = self._extension(kind, size)
                    continue
                if kind not in _REGULAR:  # Go hands it on, and engines refuse it
                    at += size + -size % BLOCK
                    self.pending = None
                    continue
                if kind == _SPARSE:
                    real = self._old_sparse(block)
                    at = self.at
                kind = _FILE
            if self.pending is not None:
                self.at = at
                name, link, size, mtime, owner, real = self._extended(
                    name, link, size, mtime, owner, real
                )
            if size < 0:
                raise self.error("an entry has a negative size")
            if kind != _FILE:
                size = 0
            if name[-1:] == b"/":
                name = name.rstrip(b"/")
                if kind == _FILE:
                    kind, size = _DIRECTORY, 0
            if (
                not name
                or name[0] <= _SLASH
                or name.find(b"/.") >= 0
                or name.find(b"//") >= 0
            ):
                name = clean(name)
                if b".wh." in name and self._whiteout(name):
                    at += size + -size % BLOCK
                    continue
            if count >= most:
                raise over("entries", most, self.where)
            add_path(name)
            add_kind(kind)
            add_size(size)
            add_owner(owner)
            add_time(mtime)
            add_offset(at)
            if kind != _FILE:
                self._note(count, kind, link, block)
            elif size:
                look = choose(name, size)
                if look:
                    self.at = at
                    self._look(count, name, size, look)
                elif hashes is not None:
                    hashed = self.source.hash_at(at, size)
                    if hashed < 0:
                        raise self._cut_off(name, at)
                    hashes.append(hashed)
                at += size + -size % BLOCK
            elif hashes is not None:
                hashes.append(0)
            if real >= 0:
                scan.real_sizes[count] = real
            count += 1

    def _ends(self, block: bytes) -> bool:
        """Whether a tar ends where this is instead of a header.

        As Go: without its two blocks of zeros too.
        """
        if len(block) < BLOCK:
            self._check_last()
            if block or self.pending:
                raise self.error("the tar ends too early")
            return True
        if block != _ZEROS:
            return False
        if self.source.read_at(self.at + BLOCK, BLOCK).strip(b"\0"):
            raise self.error("data follows a block of zeros, which ends a tar")
        return True

    def _check_last(self) -> None:
        """That all bytes of the last entry are there; its padding may be missing."""
        scan = self.scan
        if not scan.paths:
            return
        start = scan.offsets[-1]
        if self.source.ends_before(start + scan.sizes[-1]):
            raise self._cut_off(scan.paths[-1], start)

    def _cut_off(self, path: bytes, start: int) -> ImageError:
        """The error for a content that is not all there; `start` is where it begins."""
        self.at = start
        name = path.decode("utf-8", "backslashreplace")
        return self.error(f"the tar ends inside {name[:_SHOWN]!r}")

    def error(self, what: str) -> ImageError:
        return ImageError(f"{self.where}: {what} (near byte {self.at:,} of the tar)")

    def _note(self, index: int, kind: int, link: bytes, block: bytes) -> None:
        """What entries have that are not files."""
        if kind == _SYMLINK:
            self.scan.links[index] = link
        elif kind == _LINK:
            self.scan.links[index] = clean(link)
        elif kind in _DEVICES:
            self.scan.devices[index] = (
                number_of(block[329:337]),
                number_of(block[337:345]),
            )
        if self.scan.hashes is not None:
            self.scan.hashes.append(0)

    def _owner(self, mode: int, uid: int, gid: int) -> int:
        found = Attributes(mode & 0o7777, uid, gid)
        if found not in self.places:
            self.places[found] = len(self.scan.owners)
            self.scan.owners.append(found)
        return self.places[found]

    def _extension(self, kind: int, size: int) -> int:
        """Keep what a header says about the entry after it, and say where that is.

        Go uses no global ones.
        """
        if size > self.limits.header_bytes:
            raise over("header_bytes", self.limits.header_bytes, self.where)
        data = self.source.read_at(self.at, size)
        if len(data) < size:
            raise self.error("the tar ends inside a header")
        pending = self.pending = self.pending or _Pending()
        if kind == _PAX:
            pending.pax = pax_records(data)
        elif kind == _LONG_NAME:
            pending.name = data.partition(b"\0")[0]
        elif kind == _LONG_LINK:
            pending.link = data.partition(b"\0")[0]
        return self.at + size + -size % BLOCK

    def _extended(
        self,
        name: bytes,
        link: bytes,
        size: int,
        mtime: int,
        owner: int,
        real: int,
    ) -> tuple[bytes, bytes, int, int, int, int]:
        """The fields of a header after what extension headers say of them."""
        pending, self.pending = self.pending, None
        pax = pending.pax if pending else {}
        if pax:
            name = pax.get("path") or name
            link = pax.get("linkpath") or link
            size = pax_number(pax, "size", size)
            mtime = pax_seconds(pax, mtime)
            if "uid" in pax or "gid" in pax:
                old = self.scan.owners[owner]
                owner = self._owner(
                    old.mode,
                    pax_number(pax, "uid", old.uid),
                    pax_number(pax, "gid", old.gid),
                )
            if any(key.startswith("GNU.sparse.") for key in pax):
                name = pax.get("GNU.sparse.name") or name
                real = pax_number(
                    pax,
                    "GNU.sparse.realsize",
                    pax_number(pax, "GNU.sparse.size", -1),
                )
            attributes = {
                key[13:]: value
                for key, value in pax.items()
                if key.startswith("SCHILY.xattr.")
            }
            if attributes:
                self.scan.xattrs[len(self.scan.paths)] = attributes
                self.kept += sum(
                    len(key) + len(value) + _XATTR for key, value in attributes.items()
                )
        if pending and pending.name is not None:
            name = pending.name
        if pending and pending.link is not None:
            link = pending.link
        if len(name) > self.limits.path_bytes or len(link) > self.limits.path_bytes:
            raise over("path_bytes", self.limits.path_bytes, self.where)
        self.kept += len(name) + len(link)
        if self.kept > self.limits.kept_bytes:
            raise over("kept_bytes", self.limits.kept_bytes, self.where)
        return name, link, size, mtime, owner, real

    def _old_sparse(self, block: bytes) -> int:
        """The real size of a sparse file in GNU's old form, whose map may go on in further
        blocks.
        """
        more = block[482]
        while more:
            extended = self.source.read_at(self.at, BLOCK)
            self.at += len(extended)
            if len(extended) < BLOCK:
                raise self.error("the tar ends inside a header")
            more = extended[504]
        return size_of(block[483:495])

    def _whiteout(self, path: bytes) -> bool:
        """Whether the name of an entry marks what a layer removes (OCI image-spec, layer.md,
        "Whiteouts").
        """
        parent, _, name = path.rpartition(b"/")
        if not name.startswith(_WHITEOUT):
            return False
        if len(self.scan.whiteouts) + len(self.scan.opaques) >= self.limits.entries:
            raise over("entries", self.limits.entries, self.where)
        if name == _OPAQUE:
            self.scan.opaques.append(parent)
        elif not name.startswith(_AUFS) and name != _WHITEOUT:
            target = name[len(_WHITEOUT) :]
            self.scan.whiteouts.append(parent + b"/" + target if parent else target)
        self.scan.xattrs.pop(len(self.scan.paths), None)
        return True

    def _look(self, index: int, path: bytes, size: int, look: Look) -> None:
        """Read a content that somebody asked for; where it can be read later, what is only to
        be searched is noted.
        """
        if look is Look.SEARCH and self.scan.hashes is None:
            self.scan.unsearched.append(index)
            return
        if look is Look.EXTRACT and self.scan.hashes is None:
            self._extract(index, path, size, self._part(size))
            return
        if look is Look.KEEP:
            self.kept += size
        if self.kept > self.limits.kept_bytes or size > self.limits.kept_bytes:
            raise over("kept_bytes", self.limits.kept_bytes, self.where)
        data = self.source.read_at(self.at, size)
        if len(data) < size:
            raise self._cut_off(path, self.at)
        if self.scan.hashes is not None:
            self.scan.hashes.append(xxh3_64_intdigest(data))
        if look is Look.KEEP:
            self.scan.contents[index] = data
        elif look is Look.EXTRACT:
            self._extract(index, path, size, lambda at, most: data[at : at + most])
        elif found := self.wanted.find(path, data):
            self.scan.secrets[index] = found

    def _part(self, size: int) -> FilePart:
        """What reads a part of the content at hand, and nothing after it."""
        start = self.at

        def part(at: int, most: int) -> bytes:
            length = min(most, size - at)
            return self.source.read_at(start + at, length) if length > 0 else b""

        return part

    def _extract(self, index: int, path: bytes, size: int, part: FilePart) -> None:
        found = self.wanted.extract(path, size, part)
        if not found:
            return
        self.kept += sum(map(kept_size, found))
        if self.kept > self.limits.kept_bytes:
            raise over("kept_bytes", self.limits.kept_bytes, self.where)
        self.scan.named[index] = found
