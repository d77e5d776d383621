"""The numbers and records in the headers of a tar, as Go's archive/tar reads them.

Octal numbers and those of base 256, the checksum of old programs, and the records of PAX. Facts
are from Go's src/archive/tar (strconv.go, reader.go).
"""

from __future__ import annotations

from collections.abc import Mapping

BLOCK = 512
LARGEST_NUMBER = (1 << 63) - 1
_LONGEST_LENGTH = 20  # bytes for the length of a record, with the blank after it
_MOST_DIGITS = 19  # of the largest number
_MOST_SECONDS = 18  # digits of a time with its sign
_BASE_256, _NEGATIVE = 0x80, 0x40


class HeaderError(ValueError):
    """What is wrong with a header; who reads the tar says where."""


def number_of(field: bytes) -> int:
    """A number of a header: octal, or with its highest bit set in base 256 (parseNumeric)."""
    if field[0] & _BASE_256:
        return _of_base_256(field)
    digits = field.strip(b" \0").partition(b"\0")[0]
    if not digits:
        return 0
    if not digits.isdigit() or b"8" in digits or b"9" in digits:
        raise HeaderError(f"invalid octal number {digits!r}")
    return int(digits, 8)


def _of_base_256(field: bytes) -> int:
    if field[0] & _NEGATIVE:
        number = int.from_bytes(field, "big", signed=True)
    else:
        first = bytes((field[0] & ~_BASE_256,))
        number = int.from_bytes(first + field[1:], "big")
    if abs(number) > LARGEST_NUMBER:
        raise HeaderError("a number of a header is out of range")
    return number


def size_of(field: bytes) -> int:
    """A number of a header that must not be negative."""
    size = number_of(field)
    if size < 0:
        raise HeaderError("an entry has a negative size")
    return size


def has_signed_sum(block: bytes) -> bool:
    """Whether a header's checksum is that of signed bytes, as old programs of Sun's wrote it."""
    # The sum's own field counts as eight spaces
    summed = block[:148] + b" " * 8 + block[156:]
    signed = sum(summed) - 256 * sum(byte > 127 for byte in summed)
    return number_of(block[148:156]) == signed


def pax_records(data: bytes) -> dict[str, bytes]:
    """The records of a PAX header: `LENGTH KEY=VALUE\\n`, the length that of the whole record in
    decimal.
    """
    records: dict[str, bytes] = {}
    at = 0
    last = len(data.rstrip(b"\0"))
    while at < last:
        blank = data.find(b" ", at, at + _LONGEST_LENGTH)
        digits = data[at:blank] if blank > 0 else b""
        end = at + int(digits) if digits.isdigit() else 0
        if not blank < end <= len(data) or data[end - 1 : end] != b"\n":
            raise HeaderError("a PAX header cannot be read")
        key, equals, value = data[blank + 1 : end - 1].partition(b"=")
        if not key or not equals:
            raise HeaderError("a PAX header cannot be read")
        records[key.decode("utf-8", "surrogateescape")] = value
        at = end
    return records


def pax_number(pax: Mapping[str, bytes], key: str, otherwise: int) -> int:
    """The number of a record, where there is one."""
    text = pax.get(key)
    if not text:
        return otherwise
    is_number = text.isdigit() and len(text) <= _MOST_DIGITS
    if not is_number or int(text) > LARGEST_NUMBER:
        raise HeaderError(f"invalid {key} in a PAX header: {text[:20]!r}")
    return int(text)


def pax_seconds(pax: Mapping[str, bytes], otherwise: int) -> int:
    """The whole seconds of `mtime`, where there is one."""
    text = pax.get("mtime")
    whole = text.partition(b".")[0] if text else b""
    if not whole:
        return otherwise
    is_number = whole.removeprefix(b"-").isdigit() and len(whole) <= _MOST_SECONDS
    if not is_number:
        raise HeaderError(f"invalid mtime in a PAX header: {whole[:20]!r}")
    return int(whole)
