"""What headers say about the entry after them: records of PAX, and the long names of GNU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.image.read_limits import over
from lightship.image.scan import Scan
from lightship.image.tar_fields import HeaderOwners
from lightship.image.tar_headers import pax_number, pax_records, pax_seconds
from lightship.image.tar_progress import TarProgress, TarSource
from lightship.record import record

_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK = b"xgLK"
EXTENSIONS = frozenset((_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK))
_SPARSE = "GNU.sparse."
_XATTR = "SCHILY.xattr."
_XATTR_BYTES = 100  # that one takes beside its name and value


@record(eq=False, frozen=False)
class Pending:
    """What extension headers say about the next entry."""

    name: bytes | None = None
    link: bytes | None = None
    pax: dict[str, bytes] = field(default_factory=dict)

    def add(self, kind: int, data: bytes) -> None:
        """Take in one more of them. Go uses no global ones."""
        if kind == _PAX:
            self.pax = pax_records(data)
        elif kind == _LONG_NAME:
            self.name = data.partition(b"\0")[0]
        elif kind == _LONG_LINK:
            self.link = data.partition(b"\0")[0]


def sparse_file(pax: Mapping[str, bytes], name: bytes) -> tuple[bytes, int]:
    """The name and the real size of a file with holes; `name` and -1 where it has none."""
    if not any(key.startswith(_SPARSE) for key in pax):
        return name, -1
    name = pax.get("GNU.sparse.name") or name
    size = pax_number(pax, "GNU.sparse.size", -1)
    return name, pax_number(pax, "GNU.sparse.realsize", size)


def extended_attributes(pax: Mapping[str, bytes]) -> dict[str, bytes]:
    """What `setfattr` sets, by name."""
    return {
        key.removeprefix(_XATTR): value
        for key, value in pax.items()
        if key.startswith(_XATTR)
    }


class ExtensionHeaders:
    """What headers say of the entry after them, until it comes; `pending` is None without any."""

    def __init__(
        self, source: TarSource, progress: TarProgress, scan: Scan, owners: HeaderOwners
    ) -> None:
        self.pending: Pending | None = None
        self._source = source
        self._progress = progress
        self._scan = scan
        self._owners = owners

    def keep(self, kind: int, size: int) -> None:
        """Keep what a header says, whose content is at hand."""
        progress = self._progress
        most = progress.limits.header_bytes
        if size > most:
            raise over("header_bytes", most, progress.where)
        data = self._source.read_at(progress.at, size)
        if len(data) < size:
            raise progress.error("the tar ends inside a header")
        self.pending = self.pending or Pending()
        self.pending.add(kind, data)

    def applied(
        self,
        pending: Pending,
        name: bytes,
        link: bytes,
        size: int,
        mtime: int,
        owner: int,
        real: int,
    ) -> tuple[bytes, bytes, int, int, int, int]:
        """The fields of a header after what `pending` says of them, which is then done with."""
        self.pending = None
        pax = pending.pax
        if pax:
            name = pax.get("path") or name
            link = pax.get("linkpath") or link
            size = pax_number(pax, "size", size)
            mtime = pax_seconds(pax, mtime)
            owner = self._owners.with_pax(owner, pax)
            name, sparse_size = sparse_file(pax, name)
            real = sparse_size if sparse_size >= 0 else real
            self._keep_attributes(extended_attributes(pax))
        if pending.name is not None:
            name = pending.name
        if pending.link is not None:
            link = pending.link

        most = self._progress.limits.path_bytes
        if len(name) > most or len(link) > most:
            raise over("path_bytes", most, self._progress.where)
        self._progress.keep(len(name) + len(link))
        return name, link, size, mtime, owner, real

    def _keep_attributes(self, attributes: dict[str, bytes]) -> None:
        """Those of the entry that comes next in the scan."""
        if not attributes:
            return
        self._scan.xattrs[len(self._scan.paths)] = attributes
        for name, value in attributes.items():
            self._progress.kept += len(name) + len(value) + _XATTR_BYTES
