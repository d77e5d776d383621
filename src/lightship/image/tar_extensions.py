"""What headers say about the entry after them: records of PAX, and the long names of GNU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.image.tar_headers import pax_number, pax_records
from lightship.record import record

_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK = b"xgLK"
EXTENSIONS = frozenset((_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK))
_SPARSE = "GNU.sparse."
_XATTR = "SCHILY.xattr."


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
