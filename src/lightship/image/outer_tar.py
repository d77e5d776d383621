"""The archive around an image: an index of its files, made from the headers alone, and its
blobs by digest.

Of a name that comes again the last counts. Links lead to files of the same archive and nowhere
else: docker up to 24 and skopeo write a layer that comes again as a symbolic link.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lightship.errors import ImageError, ImageNotFoundError
from lightship.image.blob import Blob
from lightship.image.codecs import as_json
from lightship.image.descriptor import Descriptor, checked_json, wrong_size
from lightship.image.layer import Skipping
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED, EntryKind, Scan
from lightship.image.tar import scan_tar
from lightship.image.tar_names import clean
from lightship.record import record

_MOST_HOPS = 40  # links that lead from one to the next, as Linux counts them
_FILE = int(EntryKind.FILE)


class Member(NamedTuple):
    """A file in the archive: its name, after links, and where its bytes are."""

    name: str
    offset: int
    size: int


@record(eq=False)
class Members:
    """The files and links of an archive by name; the values are indexes of the Scan."""

    scan: Scan
    by_name: dict[bytes, int]


@record(eq=False)
class Archive:
    """An archive whose files can be had: `read` gives a small one whole, `blob` one to be
    read later.

    `name` is for errors, `source` for Image.source.
    """

    members: Members
    read: Callable[[Member], bytes]
    blob: Callable[[Member], Blob]
    limits: Limits
    name: str
    source: str

    def document(self, name: str) -> Any | None:
        """A file as JSON; None where there is none of that name."""
        place = find(self.members, name)
        if place is None:
            return None
        return as_json(self.read(place), f"{self.name}: {place.name}", self.limits)


@record(eq=False)
class ArchiveFetch:
    """The blobs of an OCI layout in an archive, as a Fetch."""

    archive: Archive

    def has(self, descriptor: Descriptor, /) -> bool:
        return self.place(descriptor) is not None

    def json(self, descriptor: Descriptor, /) -> Any:
        place = self.place(descriptor)
        archive = self.archive
        if place is None:
            raise ImageNotFoundError(
                f"{archive.name}: the blob {descriptor.digest}, which it names, is missing"
            )
        where = f"{archive.name}: {place.name}"
        if descriptor.size is not None and descriptor.size != place.size:
            raise wrong_size(where, place.size, descriptor.size)
        return checked_json(archive.read(place), descriptor, archive.limits, where)

    def blob(self, descriptor: Descriptor, /) -> Blob | None:
        place = self.place(descriptor)
        return None if place is None else self.archive.blob(place)

    def place(self, descriptor: Descriptor) -> Member | None:
        """Where a blob lies (OCI image-spec, image-layout.md)."""
        algorithm, encoded = descriptor.digest
        return find(self.archive.members, f"blobs/{algorithm}/{encoded}")


def index_of(blob: Blob, limits: Limits) -> Members:
    """The files of an uncompressed tar that can be read at any place.

    An ImageError for a tar that is broken.
    """
    return members(
        scan_tar(Skipping(blob), NOTHING_WANTED, limits, blob.name, hashed=False)
    )


def members(scan: Scan) -> Members:
    """The same, of a tar that was read."""
    kinds = frozenset((_FILE, int(EntryKind.SYMLINK), int(EntryKind.LINK)))
    named = {
        path: at
        for at, (path, kind) in enumerate(zip(scan.paths, scan.kinds, strict=True))
        if kind in kinds
    }
    return Members(scan, named)


def find(inside: Members, name: str) -> Member | None:
    """Where a file is, links followed.

    None where there is none. An ImageError for links that go in circles.
    """
    scan = inside.scan
    path = clean(name.encode("utf-8", "replace"))
    for _ in range(_MOST_HOPS):
        at = inside.by_name.get(path)
        if at is None:
            return None
        if scan.kinds[at] == _FILE:
            return Member(
                path.decode("utf-8", "backslashreplace"),
                scan.offsets[at],
                scan.sizes[at],
            )
        target = scan.links.get(at, b"")
        if scan.kinds[at] == EntryKind.SYMLINK and not target.startswith(b"/"):
            target = path.rpartition(b"/")[0] + b"/" + target
        path = clean(target)
    raise ImageError(f"{name[:200]}: links in the archive form a loop")
