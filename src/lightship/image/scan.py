"""`Scan`: the entries of one layer, in columns.

An image has up to millions of entries, so that they are held as arrays side by side: about 200
bytes for one, most of them its path. `Scan.entry` makes a plain record of one, for who looks at a
few.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import field
from enum import IntEnum
from typing import NamedTuple

from lightship.image.databases.package_lists import StatedPackage
from lightship.image.digest import Digest
from lightship.record import record


class EntryKind(IntEnum):
    """What an entry is: its type flag in the tar header (POSIX pax, "ustar Interchange Format")."""

    FILE = ord("0")
    LINK = ord("1")  # a hard link: a further name of a file
    SYMLINK = ord("2")
    CHARACTER = ord("3")
    BLOCK = ord("4")
    DIRECTORY = ord("5")
    FIFO = ord("6")


class Attributes(NamedTuple):
    """What `chmod` and `chown` change.

    `mode` has the permission bits, setuid, setgid and sticky.
    """

    mode: int
    uid: int
    gid: int


@record
class Entry:
    """One entry. `path` has no slash at either end, and is empty for the root.

    `size` is in bytes, 0 but for files.

    `link` is what a symbolic link says, or the path that a hard link shares its file with. `mtime`
    is in seconds since
    1970. `layer` and `index` are its place: `Scan.paths[index]` of that layer.
    """

    path: bytes
    kind: EntryKind
    size: int
    mode: int
    uid: int
    gid: int
    mtime: int
    link: bytes
    layer: int
    index: int


class FoundSecret(NamedTuple):
    """A secret in a file: `title` says what it is, with its article.

    `line` counts from 1, 0 where there are none.
    """

    title: str
    line: int


class SearchedFile(NamedTuple):
    """The secrets of a file that has some, and the sums of its content.

    `sums` are its MD5, SHA-1 and SHA-256: databases of packages have one of them for each file.
    """

    hits: tuple[FoundSecret, ...]
    sums: frozenset[bytes] = frozenset()


class Look(IntEnum):
    """What is done with the content of a file."""

    PASS = 0
    KEEP = 1  # it stands in `Scan.contents` afterwards
    # It is given to `Wanted.find`, and dropped: while its layer is read if the bytes come by once,
    # otherwise later, when it is known which files belong to packages
    SEARCH = 2
    EXTRACT = 3  # it is given to `Wanted.extract` at once, and what that finds is kept
    BOTH = 4  # SEARCH and EXTRACT


SEARCHED = (Look.SEARCH, Look.BOTH)
EXTRACTED = (Look.EXTRACT, Look.BOTH)

# (offset, length) -> those bytes of a file, fewer only at its end
FilePart = Callable[[int, int], bytes]


def _nothing(_path: bytes, _size: int, _part: FilePart, /) -> tuple[StatedPackage, ...]:
    return ()


@record
class Wanted:
    """Whose content is looked at, by path and size of each regular file: the same files
    whatever the source is.

    `searches` tells whether any file is searched. `extract` is given path, size, and what reads a
    part of the content, and gives the packages that the content names.
    """

    choose: Callable[[bytes, int], Look]
    find: Callable[[bytes, bytes], SearchedFile | None]
    searches: bool = False
    extract: Callable[[bytes, int, FilePart], tuple[StatedPackage, ...]] = _nothing


NOTHING_WANTED = Wanted(lambda _path, _size: Look.PASS, lambda _path, _data: None)


@record(eq=False, frozen=False)
class Scan:
    """The entries of one layer, in the order of its tar; whiteouts are not among them.

    Columns of one length: `paths`, `kinds`, `sizes` (bytes of content as the tar holds them),
    `attributes` (an index into `owners`), `mtimes` and `offsets` (of the content, in the tar).
    What few entries have goes by index: `links`, `xattrs`, `devices` (major, minor), `real_sizes`
    (of sparse files). `whiteouts` are paths that the layer removes, `opaques` directories whose
    earlier content it hides.

    `hashes` is xxh3-64 of each file's content, where the bytes had to be read anyway;
    `content_hash` in layer.py works it out where they had not. `tar_bytes` is the length of the
    whole tar. `has_table` tells that only a table of contents was read.

    `secrets` has the files in which some were found, `unsearched` those that are still to be
    searched: their bytes can be read at any time. `named` has the packages that files name from
    which they were extracted.
    """

    paths: list[bytes] = field(default_factory=list)
    kinds: bytearray = field(default_factory=bytearray)
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    attributes: array[int] = field(default_factory=lambda: array("I"))
    mtimes: array[int] = field(default_factory=lambda: array("q"))
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    owners: list[Attributes] = field(default_factory=list)
    links: dict[int, bytes] = field(default_factory=dict)
    xattrs: dict[int, dict[str, bytes]] = field(default_factory=dict)
    devices: dict[int, tuple[int, int]] = field(default_factory=dict)
    real_sizes: dict[int, int] = field(default_factory=dict)
    whiteouts: list[bytes] = field(default_factory=list)
    opaques: list[bytes] = field(default_factory=list)
    hashes: array[int] | None = None
    contents: dict[int, bytes] = field(default_factory=dict)
    secrets: dict[int, SearchedFile] = field(default_factory=dict)
    unsearched: array[int] = field(default_factory=lambda: array("I"))
    named: dict[int, tuple[StatedPackage, ...]] = field(default_factory=dict)
    tar_bytes: int = 0
    diff_id: Digest | None = None  # of the tar as it was read, where it was worked out
    has_table: bool = False

    def entry(self, layer: int, index: int) -> Entry:
        """One entry, as a record."""
        mode, uid, gid = self.owners[self.attributes[index]]
        return Entry(
            self.paths[index],
            EntryKind(self.kinds[index]),
            self.sizes[index],
            mode,
            uid,
            gid,
            self.mtimes[index],
            self.links.get(index, b""),
            layer,
            index,
        )

    def entries(self, layer: int) -> Iterable[Entry]:
        """All entries, as records, one at a time."""
        return (self.entry(layer, index) for index in range(len(self.paths)))

    @property
    def content_bytes(self) -> int:
        """Bytes of content that the layer ships: of regular files, hard links counting nothing."""
        return sum(self.sizes)
