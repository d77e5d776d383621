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
from struct import Struct
from zlib import adler32

from lightship.image.read_limits import Limits, over
from lightship.image.scan import EntryKind, Scan, Wanted
from lightship.image.tar_contents import ContentLooks
from lightship.image.tar_extensions import EXTENSIONS, ExtensionHeaders
from lightship.image.tar_fields import (
    HeaderOwners,
    HeaderSums,
    HeaderTimes,
    with_prefix,
)
from lightship.image.tar_headers import (
    BLOCK,
    HeaderError,
    has_signed_sum,
    number_of,
    size_of,
)
from lightship.image.tar_names import clean, hidden_directory, is_whiteout, removed_path
from lightship.image.tar_progress import TarProgress, TarSource

_ZEROS = bytes(BLOCK)
# The fields of a header that every entry needs, those of mode, uid and gid as one: name, owner,
# size, time, checksum, kind, link, magic, and the first byte of the prefix
_HEADER = Struct("100s 24s 12s 12s 8s B 100s 6s 82x B 166x")
_USTAR = b"ustar\0"
_FILE, _LINK, _SYMLINK, _DIRECTORY = (
    int(kind)
    for kind in (EntryKind.FILE, EntryKind.LINK, EntryKind.SYMLINK, EntryKind.DIRECTORY)
)
_DEVICES = (int(EntryKind.CHARACTER), int(EntryKind.BLOCK))
_HEADER_ONLY = frozenset(int(kind) for kind in EntryKind if kind != EntryKind.FILE)
# A file with holes, as GNU wrote it before PAX
_SPARSE = ord("S")
# Kinds of files beside 0: before POSIX, contiguous, with holes
_REGULAR = frozenset((0, ord("7"), _SPARSE))
# Names that begin with it or with a dot, which is one less, need a look
_SLASH = ord("/")
_BLANK = 32  # a number ends in a blank or in NUL, or fills its field


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
    progress = TarProgress(where, limits)
    reader = _Reader(source, wanted, progress, hashed)
    try:
        return reader.all()
    except HeaderError as bad:
        raise progress.error(str(bad)) from None


class _Reader:
    """One tar on its way."""

    def __init__(
        self, source: TarSource, wanted: Wanted, progress: TarProgress, hashed: bool
    ) -> None:
        self.source = source
        self.wanted = wanted
        self.progress = progress
        self.limits = progress.limits
        self.scan = Scan(hashes=array("Q") if hashed else None)
        self.owners = HeaderOwners(self.scan.owners)
        self.extensions = ExtensionHeaders(source, progress, self.scan, self.owners)
        self.looks = ContentLooks(source, wanted, progress, self.scan)

    def all(self) -> Scan:  # noqa: C901, PLR0912, PLR0915 - calls would cost more than the steps
        """The loop over headers; what is not usual about one is read by the methods below."""
        # It is left in one piece: of 50,500 small files a method for what an entry contains alone
        # took 4 % more instructions. A look-up of an attribute costs as much as a step: each is
        # made once
        scan, owners, hashes = self.scan, self.owners, self.scan.hashes
        checksums, times = HeaderSums(), HeaderTimes()
        progress, extensions = self.progress, self.extensions
        unpack = _HEADER.unpack
        read_at, choose = self.source.read_at, self.wanted.choose
        most = self.limits.entries
        add_path = scan.paths.append
        add_kind = scan.kinds.append
        add_size = scan.sizes.append
        add_owner = scan.attributes.append
        add_time = scan.mtimes.append
        add_offset = scan.offsets.append
        look_into = self.looks.look

        at = count = 0
        while True:
            block = read_at(at, BLOCK)
            progress.at = at  # so that errors name it
            if (len(block) < BLOCK or not block[0]) and self._ends(block):
                return scan
            (
                name,
                ownership,
                size_field,
                time_field,
                sum_field,
                kind,
                link,
                magic,
                has_prefix,
            ) = unpack(block)
            if adler32(block) & 0xFFFF != checksums[sum_field]:
                self._check_signed_sum(block)

            # What the header says
            try:
                is_usual = size_field[11] <= _BLANK
                size = int(size_field[:11], 8) if is_usual else size_of(size_field)
            except ValueError:
                size = size_of(size_field)
            if size < 0:
                raise progress.error("an entry has a negative size")
            mtime = times[time_field]
            at += BLOCK
            if name[:2] == b"./":
                name = name[2:]
            name = name.partition(b"\0")[0]
            if has_prefix and magic == _USTAR:
                name = with_prefix(name, block)
            owner = owners[ownership]
            link = link.partition(b"\0")[0] if link[0] else b""
            real = -1

            # What is not usual: other kinds, and what headers before it say of this entry
            if kind != _FILE and kind not in _HEADER_ONLY:
                progress.at = at
                if kind not in _REGULAR:
                    at = self._passed(kind, size)
                    continue
                if kind == _SPARSE:
                    real = self._old_sparse(block)
                    at = progress.at
                kind = _FILE
            if extensions.pending is not None:
                progress.at = at
                name, link, size, mtime, owner, real = extensions.applied(
                    extensions.pending, name, link, size, mtime, owner, real
                )

            # What the entry is
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
                if b".wh." in name and is_whiteout(name):
                    self._note_whiteout(name)
                    at += size + -size % BLOCK
                    continue
            if count >= most:
                raise over("entries", most, progress.where)

            add_path(name)
            add_kind(kind)
            add_size(size)
            add_owner(owner)
            add_time(mtime)
            add_offset(at)
            if real >= 0:
                scan.real_sizes[count] = real

            # What it contains
            if kind != _FILE:
                self._note(count, kind, link, block)
            elif size:
                look = choose(name, size)
                if look:
                    progress.at = at
                    look_into(count, name, size, look)
                elif hashes is not None:
                    hashed = self.source.hash_at(at, size)
                    if hashed < 0:
                        raise progress.cut_off(name, at)
                    hashes.append(hashed)
                at += size + -size % BLOCK
            elif hashes is not None:
                hashes.append(0)
            count += 1

    def _check_signed_sum(self, block: bytes) -> None:
        """What old programs wrote: a sum of signed bytes."""
        if not has_signed_sum(block):
            raise self.progress.error("the checksum of a header is wrong")

    def _ends(self, block: bytes) -> bool:
        """Whether a tar ends where this is instead of a header.

        As Go: without its two blocks of zeros too.
        """
        if len(block) < BLOCK:
            self._check_last()
            if block or self.extensions.pending:
                raise self.progress.error("the tar ends too early")
            return True
        if block != _ZEROS:
            return False
        if self.source.read_at(self.progress.at + BLOCK, BLOCK).strip(b"\0"):
            raise self.progress.error("data follows a block of zeros, which ends a tar")
        return True

    def _check_last(self) -> None:
        """That all bytes of the last entry are there; its padding may be missing."""
        scan = self.scan
        if not scan.paths:
            return
        start = scan.offsets[-1]
        if self.source.ends_before(start + scan.sizes[-1]):
            raise self.progress.cut_off(scan.paths[-1], start)

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

    def _passed(self, kind: int, size: int) -> int:
        """Where the next header is after one that makes no entry.

        Go hands kinds on that it does not know, and engines refuse them.
        """
        if kind in EXTENSIONS:
            self.extensions.keep(kind, size)
        else:
            self.extensions.pending = None
        return self.progress.at + size + -size % BLOCK

    def _old_sparse(self, block: bytes) -> int:
        """The real size of a sparse file in GNU's old form, whose map may go on in further
        blocks.
        """
        more = block[482]
        while more:
            extended = self.source.read_at(self.progress.at, BLOCK)
            self.progress.at += len(extended)
            if len(extended) < BLOCK:
                raise self.progress.error("the tar ends inside a header")
            more = extended[504]
        return size_of(block[483:495])

    def _note_whiteout(self, whiteout: bytes) -> None:
        """Note what a layer removes; it does not become an entry."""
        scan = self.scan
        if len(scan.whiteouts) + len(scan.opaques) >= self.limits.entries:
            raise over("entries", self.limits.entries, self.progress.where)
        hidden = hidden_directory(whiteout)
        removed = removed_path(whiteout)
        if hidden is not None:
            scan.opaques.append(hidden)
        elif removed is not None:
            scan.whiteouts.append(removed)
        scan.xattrs.pop(len(scan.paths), None)
