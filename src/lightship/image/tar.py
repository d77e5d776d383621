"""The entries of a tar, as Go's archive/tar reads it: that is what engines use, and parsers differ.

Formats: V7, USTAR, PAX (with its records for path, linkpath, size, uid, gid, mtime, xattrs, sparse files), GNU (long
names, base-256 numbers, old sparse files), star. Facts are from Go's src/archive/tar (reader.go, strconv.go, format.go).

A hundred thousand headers pass here in a second, which is the time that `inspect` takes on an archive. So the usual
header is read by slices, with what repeats looked up in dictionaries, and only the rest goes through functions.
"""

from __future__ import annotations

from array import array
from dataclasses import field
from typing import Protocol
from zlib import adler32

from xxhash import xxh3_64_intdigest

from lightship.errors import ImageError
from lightship.image.limits import Limits, over
from lightship.image.scan import Attributes, Kind, Look, Scan, Wanted
from lightship.record import record

BLOCK = 512
_ZEROS = bytes(BLOCK)
_ADLER = 65521
_FILE, _LINK, _SYMLINK, _DIRECTORY = (int(kind) for kind in (Kind.FILE, Kind.LINK, Kind.SYMLINK, Kind.DIRECTORY))
_DEVICES = (int(Kind.CHARACTER), int(Kind.BLOCK))
_ENTRIES = frozenset(int(kind) for kind in Kind)
_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK, _SPARSE = b"xgLKS"
_EXTENSIONS = frozenset((_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK))
_REGULAR = frozenset((0, ord("7"), _SPARSE))  # kinds of files beside 0: before POSIX, contiguous, sparse
_WHITEOUT, _OPAQUE, _AUFS = b".wh.", b".wh..wh..opq", b".wh..wh."
_LARGEST = (1 << 63) - 1


class TarSource(Protocol):
    """Where the tar is read from, in order; `at` counts the bytes that were passed."""

    at: int

    def read(self, size: int, /) -> bytes:
        """The next bytes, fewer only at the end."""

    def skip(self, size: int, /) -> bool:
        """Pass over bytes; whether there were that many."""

    def skip_hashed(self, size: int, /) -> int:
        """Pass over a content; its xxh3-64, or -1 where it ends too early."""


@record(eq=False, frozen=False)
class _Pending:
    """What extension headers say about the next entry."""

    name: bytes | None = None
    link: bytes | None = None
    pax: dict[str, bytes] = field(default_factory=dict)


def scan_tar(source: TarSource, wanted: Wanted, limits: Limits, where: str, *, hashed: bool) -> Scan:
    """The entries of a tar. An ImageError that names `where` and the place for what Go would refuse.

    With `hashed` every content is hashed on the way, else passed over unread.
    """
    return _Reader(source, wanted, limits, where, hashed).all()


def clean(path: bytes) -> bytes:
    """A path from the root as the name of an entry, without slashes at its ends; `..` never leads above the root."""
    if not (b"/." in path or b"//" in path or path[:1] in (b"/", b".")):
        return path.rstrip(b"/")
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts)


class _Reader:
    """One tar on its way."""

    def __init__(self, source: TarSource, wanted: Wanted, limits: Limits, where: str, hashed: bool) -> None:
        self.source, self.wanted, self.limits, self.where = source, wanted, limits, where
        self.scan = Scan(hashes=array("Q") if hashed else None)
        self.known: dict[bytes, int] = {}  # the mode, uid and gid of a header -> where they stand in `scan.owners`
        self.places: dict[Attributes, int] = {}
        self.kept = 0

    def all(self) -> Scan:
        """The loop over headers; what is not usual about one is read by the methods below."""
        source, scan, known, hashes = self.source, self.scan, self.known, self.scan.hashes
        read, choose, most = source.read, self.wanted.choose, self.limits.entries
        checksums: dict[bytes, int] = {}
        add_path, add_kind, add_size = scan.paths.append, scan.kinds.append, scan.sizes.append
        add_owner, add_time, add_offset = scan.attributes.append, scan.mtimes.append, scan.offsets.append
        pending: _Pending | None = None
        while True:
            block = read(BLOCK)
            if len(block) < BLOCK:
                if block or pending:
                    raise self._error("the tar ends inside a header")
                break
            if not block[0] and block == _ZEROS:
                if read(BLOCK).strip(b"\0"):
                    raise self._error("a block of zeros, which ends a tar, and then more")
                break
            # A sum of bytes is the low half of their Adler-32, less one; the eight of the sum itself count as blanks
            field = block[148:156]
            expected = checksums.get(field)
            if expected is None:
                expected = checksums[field] = (self._number(field) + sum(field) - 255) % _ADLER
            if adler32(block) & 0xFFFF != expected and not self._signed_sum(block):
                raise self._error("the checksum of a header is wrong")

            kind = block[156]
            digits = block[124:135]
            size = int(digits, 8) if digits.isdigit() and block[135] in b"\0 " else self._size(block[124:136])
            if kind in _EXTENSIONS:
                pending = self._extension(kind, size, pending)
                continue
            name = block[:100].partition(b"\0")[0]
            if block[345] and block[257:263] == b"ustar\0":
                prefix = block[345 : 476 if block[508:] == b"tar\0" else 500].partition(b"\0")[0]
                name = prefix + b"/" + name if prefix else name
            digits = block[136:147]
            mtime = int(digits, 8) if digits.isdigit() and block[147] in b"\0 " else self._number(block[136:148])
            owner = known.get(block[100:124])
            if owner is None:
                owner = known[block[100:124]] = self._owner(
                    *(self._number(block[at : at + 8]) for at in (100, 108, 116))
                )
            link = block[157:257].partition(b"\0")[0] if block[157] else b""
            real = -1
            if pending is not None or kind in _REGULAR:
                if kind == _SPARSE:
                    real = self._old_sparse(block)
                name, link, size, mtime, owner, real = self._extended(pending, name, link, size, mtime, owner, real)
                kind, pending = _FILE if kind in _REGULAR else kind, None
            if kind == _FILE and name[-1:] == b"/":
                kind = _DIRECTORY

            if kind in _ENTRIES:
                if kind != _FILE:
                    size = 0
            elif not self._pass(size):  # Go hands it on, and engines refuse it
                break
            else:
                continue
            if b"/." in name or b"//" in name or name[:1] in b"/.":
                name = clean(name)
            elif name[-1:] == b"/":
                name = name.rstrip(b"/")
            if b".wh." in name and self._whiteout(name):
                if not self._pass(size):
                    break
                continue
            index = len(scan.paths)
            if index >= most:
                raise over("entries", most, self.where)
            add_path(name)
            add_kind(kind)
            add_size(size)
            add_owner(owner)
            add_time(mtime)
            add_offset(source.at)
            if link and kind != _FILE:
                self._link(index, kind, link)
            if kind in _DEVICES:
                scan.devices[index] = (self._number(block[329:337]), self._number(block[337:345]))
            if real >= 0:
                scan.real_sizes[index] = real
            if not size:
                if hashes is not None:
                    hashes.append(0)
                continue
            look = choose(name, size)
            if look:
                self._look(index, name, size, look)
            elif hashes is not None:
                found = source.skip_hashed(size)
                if found < 0:
                    raise self._error(f"the tar ends inside {_shown(name)}")
                hashes.append(found)
            elif not source.skip(size):
                raise self._error(f"the tar ends inside {_shown(name)}")
            if not source.skip(-size % BLOCK):
                break  # Go takes an end without the last padding
        return scan

    def _error(self, what: str) -> ImageError:
        return ImageError(f"{self.where}: {what} (at byte {self.source.at:,} of the tar)")

    def _pass(self, size: int) -> bool:
        """Pass over a content that nobody asks for; false where only its padding is missing."""
        if size and not self.source.skip(size):
            raise self._error("the tar ends inside a content")
        return self.source.skip(-size % BLOCK)

    def _number(self, field: bytes) -> int:
        """A number of a header: octal, or with its highest bit set in base 256 (Go, strconv.go, parseNumeric)."""
        if field[0] & 0x80:
            number = (
                int.from_bytes(field, "big", signed=True)
                if field[0] & 0x40
                else int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
            )
            if abs(number) > _LARGEST:
                raise self._error("a number of a header is out of range")
            return number
        digits = field.strip(b" \0").partition(b"\0")[0]
        if not digits:
            return 0
        if not digits.isdigit() or b"8" in digits or b"9" in digits:
            raise self._error(f"{digits!r} is no octal number")
        return int(digits, 8)

    def _size(self, field: bytes) -> int:
        size = self._number(field)
        if size < 0:
            raise self._error("the size of a content is negative")
        return size

    def _signed_sum(self, block: bytes) -> bool:
        """Whether the sum is that of signed bytes, as old programs of Sun's wrote it."""
        signed = sum(byte - 256 if byte > 127 else byte for byte in block[:148] + block[156:]) + 8 * 32
        return self._number(block[148:156]) == signed

    def _owner(self, mode: int, uid: int, gid: int) -> int:
        found = Attributes(mode & 0o7777, uid, gid)
        if found not in self.places:
            self.places[found] = len(self.scan.owners)
            self.scan.owners.append(found)
        return self.places[found]

    def _extension(self, kind: int, size: int, pending: _Pending | None) -> _Pending:
        """What a header says about the entry behind it; what a global one says, Go does not use."""
        pending = pending or _Pending()
        if size > self.limits.header_bytes:
            raise over("header_bytes", self.limits.header_bytes, self.where)
        data = self.source.read(size)
        if len(data) < size or not self.source.skip(-size % BLOCK):
            raise self._error("the tar ends inside a header")
        if kind == _PAX:
            pending.pax = self._records(data)
        elif kind == _LONG_NAME:
            pending.name = data.partition(b"\0")[0]
        elif kind == _LONG_LINK:
            pending.link = data.partition(b"\0")[0]
        return pending

    def _records(self, data: bytes) -> dict[str, bytes]:
        """The records of a PAX header: `LENGTH KEY=VALUE\\n`, the length that of the whole record in decimal."""
        found: dict[str, bytes] = {}
        at = 0
        while at < len(data) and data[at:].strip(b"\0"):
            blank = data.find(b" ", at, at + 20)
            digits = data[at:blank] if blank > 0 else b""
            end = at + int(digits) if digits.isdigit() else 0
            key, equals, value = data[blank + 1 : end - 1].partition(b"=")
            if not (blank < end <= len(data)) or data[end - 1 : end] != b"\n" or not equals or not key:
                raise self._error("a PAX header that cannot be read")
            found[key.decode("utf-8", "surrogateescape")] = value
            at = end
        return found

    def _extended(
        self, pending: _Pending | None, name: bytes, link: bytes, size: int, mtime: int, owner: int, real: int
    ) -> tuple[bytes, bytes, int, int, int, int]:
        """The fields of a header after what extension headers say of them."""
        pax = pending.pax if pending else {}
        if pax:
            name = pax.get("path") or name
            link = pax.get("linkpath") or link
            size = self._decimal(pax, "size", size)
            mtime = self._seconds(pax, mtime)
            if "uid" in pax or "gid" in pax:
                old = self.scan.owners[owner]
                owner = self._owner(old.mode, self._decimal(pax, "uid", old.uid), self._decimal(pax, "gid", old.gid))
            if any(key.startswith("GNU.sparse.") for key in pax):
                name = pax.get("GNU.sparse.name") or name
                real = self._decimal(pax, "GNU.sparse.realsize", self._decimal(pax, "GNU.sparse.size", -1))
            attributes = {key[13:]: value for key, value in pax.items() if key.startswith("SCHILY.xattr.")}
            if attributes:
                self.scan.xattrs[len(self.scan.paths)] = attributes
        if pending and pending.name is not None:
            name = pending.name
        if pending and pending.link is not None:
            link = pending.link
        if len(name) > self.limits.path_bytes or len(link) > self.limits.path_bytes:
            raise over("path_bytes", self.limits.path_bytes, self.where)
        return name, link, size, mtime, owner, real

    def _decimal(self, pax: dict[str, bytes], key: str, otherwise: int) -> int:
        text = pax.get(key)
        if not text:
            return otherwise
        if not text.isdigit() or len(text) > 19 or int(text) > _LARGEST:
            raise self._error(f"{key} in a PAX header is {text[:20]!r}")
        return int(text)

    def _seconds(self, pax: dict[str, bytes], otherwise: int) -> int:
        text = pax.get("mtime")
        whole = text.partition(b".")[0] if text else b""
        if not whole:
            return otherwise
        if not whole.removeprefix(b"-").isdigit() or len(whole) > 18:
            raise self._error(f"mtime in a PAX header is {whole[:20]!r}")
        return int(whole)

    def _old_sparse(self, block: bytes) -> int:
        """The real size of a sparse file in GNU's old form; its map goes on in further blocks (Go, readOldGNUSparseMap)."""
        more = block[482]
        while more:
            extended = self.source.read(BLOCK)
            if len(extended) < BLOCK:
                raise self._error("the tar ends inside a header")
            more = extended[504]
        return self._size(block[483:495])

    def _whiteout(self, path: bytes) -> bool:
        """Whether the name of an entry marks what a layer removes (OCI image-spec, layer.md, "Whiteouts")."""
        parent, _, name = path.rpartition(b"/")
        if not name.startswith(_WHITEOUT):
            return False
        if name == _OPAQUE:
            self.scan.opaques.append(parent)
        elif not name.startswith(_AUFS) and name != _WHITEOUT:
            target = name[len(_WHITEOUT) :]
            self.scan.whiteouts.append(parent + b"/" + target if parent else target)
        self.scan.xattrs.pop(len(self.scan.paths), None)
        return True

    def _link(self, index: int, kind: int, link: bytes) -> None:
        if kind == _LINK:
            self.scan.links[index] = clean(link)
        elif kind == _SYMLINK:
            self.scan.links[index] = link

    def _look(self, index: int, path: bytes, size: int, look: Look) -> None:
        """Read a content that somebody asked for."""
        if look is Look.KEEP:
            self.kept += size
        if self.kept > self.limits.kept_bytes or size > self.limits.kept_bytes:
            raise over("kept_bytes", self.limits.kept_bytes, self.where)
        data = self.source.read(size)
        if len(data) < size:
            raise self._error(f"the tar ends inside {_shown(path)}")
        if self.scan.hashes is not None:
            self.scan.hashes.append(xxh3_64_intdigest(data))
        if look is Look.KEEP:
            self.scan.contents[index] = data
        elif hits := self.wanted.find(path, data):
            self.scan.secrets[index] = hits


def _shown(path: bytes) -> str:
    return repr(path.decode("utf-8", "backslashreplace"))
