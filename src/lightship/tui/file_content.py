"""The content of a file as lines for a screen: text, or bytes in hexadecimal."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from lightship.record import record
from lightship.wording.printable import escaped

MOST = 1 << 20  # bytes that are read of a file
_LONGEST = 1_000  # bytes of a line; what is longer goes on in the next
_PER_ROW = 16
# What stands for each byte beside the digits: itself if it is printable ASCII, else a dot
_PRINTED = b"." * 0x20 + bytes(range(0x20, 0x7F)) + b"." * 0x81


@record(eq=False)
class Page:
    """`data` is the start of a file of `size` bytes.

    `lines` are those of a text, empty if it is not text.
    """

    data: bytes
    size: int
    lines: tuple[bytes, ...]

    @property
    def is_text(self) -> bool:
        return bool(self.lines)

    def count(self, as_hex: bool) -> int:
        """Lines that there are to show."""
        if as_hex:
            return ceil(len(self.data) / _PER_ROW)
        return len(self.lines)

    def line(self, row: int, as_hex: bool) -> str:
        """One line, without anything that a terminal would obey."""
        if as_hex:
            return hex_line(self.data, row)
        return escaped(self.lines[row].expandtabs(4))


def page(data: bytes, size: int) -> Page:
    """The first bytes of a file of `size` bytes."""
    lines = _lines(data) if _is_text(data) else ()
    return Page(data, size, tuple(lines))


def _is_text(data: bytes) -> bool:
    """UTF-8 without NUL; the last character may be cut where the reading ended."""
    if b"\0" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and len(data) == MOST
    return True


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines without their ends; a long one in pieces."""
    for row in data.removesuffix(b"\n").split(b"\n"):
        line = row.removesuffix(b"\r")  # the end of a line of DOS
        yield line[:_LONGEST]
        for start in range(_LONGEST, len(line), _LONGEST):
            yield line[start : start + _LONGEST]


def hex_line(data: bytes, row: int) -> str:
    """`00000010  7f 45 4c 46 …  |.ELF…|`, as `hexdump -C` writes it."""
    start = row * _PER_ROW
    part = data[start : start + _PER_ROW]
    digits = part.hex(" ")
    left = digits[:23]
    right = digits[24:]
    text = part.translate(_PRINTED).decode("ascii")
    return f"{start:08x}  {left:23}  {right:23}  |{text}|"
