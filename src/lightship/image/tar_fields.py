"""What the fields of a usual header say, each read once for all the headers that say the same.

The headers of a tar repeat one another: a thousand files have one owner, and were written in one
second. A dictionary whose missing values read themselves costs such a field one look-up.
"""

from __future__ import annotations

from collections.abc import Mapping

from lightship.image.scan import Attributes
from lightship.image.tar_headers import number_of, pax_number

_ADLER = 65521
_BLANK = 32  # a number ends in a blank or in NUL, or fills its field
_PERMISSIONS = 0o7777


class HeaderSums(dict[bytes, int]):
    """The checksum that a header states -> the low half of the Adler-32 that it must have.

    A sum of bytes is that half, less one. The eight bytes of the sum itself count as blanks.
    """

    def __missing__(self, field: bytes) -> int:
        digits = field[:6]
        is_usual = field[6:] == b"\0 " and digits.isdigit()
        try:
            stated = int(digits, 8) if is_usual else number_of(field)
        except ValueError:
            stated = number_of(field)
        blanks = 8 * _BLANK
        expected = self[field] = (stated - blanks + sum(field) + 1) % _ADLER
        return expected


class HeaderTimes(dict[bytes, int]):
    """The time in a header -> seconds since 1970."""

    def __missing__(self, field: bytes) -> int:
        digits = field[:11]
        is_usual = field[11] <= _BLANK and digits.isdigit()
        try:
            seconds = int(digits, 8) if is_usual else number_of(field)
        except ValueError:
            seconds = number_of(field)
        self[field] = seconds
        return seconds


class HeaderOwners(dict[bytes, int]):
    """The mode, uid and gid in a header -> where they stand among those of a scan."""

    def __init__(self, attributes: list[Attributes]) -> None:
        super().__init__()
        self._attributes = attributes
        self._places: dict[Attributes, int] = {}

    def __missing__(self, fields: bytes) -> int:
        mode = number_of(fields[:8])
        uid = number_of(fields[8:16])
        gid = number_of(fields[16:24])
        place = self[fields] = self._place(Attributes(mode & _PERMISSIONS, uid, gid))
        return place

    def with_pax(self, place: int, pax: Mapping[str, bytes]) -> int:
        """Where those of a header stand after what its records say of uid and gid."""
        if "uid" not in pax and "gid" not in pax:
            return place
        mode, uid, gid = self._attributes[place]
        uid = pax_number(pax, "uid", uid)
        gid = pax_number(pax, "gid", gid)
        return self._place(Attributes(mode, uid, gid))

    def _place(self, wanted: Attributes) -> int:
        place = self._places.get(wanted)
        if place is None:
            place = self._places[wanted] = len(self._attributes)
            self._attributes.append(wanted)
        return place


def with_prefix(name: bytes, block: bytes) -> bytes:
    """The name of a long path, of which USTAR keeps the beginning in a field of its own."""
    # star has two times at the end of that field
    end = 476 if block[508:] == b"tar\0" else 500
    prefix = block[345:end].partition(b"\0")[0]
    return prefix + b"/" + name if prefix else name
