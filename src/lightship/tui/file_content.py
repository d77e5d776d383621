"""The content of a file as lines for a screen: text, or bytes in hexadecimal."""

from __future__ import annotations

from lightship.record import record
from lightship.wording.printable import escaped

MOST = 1 << 20  # bytes that are read of a file
_LONGEST = 1_000  # bytes of a line; what is longer goes on in the next
_PER_ROW = 16


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
        return -(-len(self.data) // _PER_ROW) if as_hex else len(self.lines)

    def line(self, row: int, as_hex: bool) -> str:
        """One line, without anything that a terminal would obey."""
        return (
            hex_line(self.data, row)
            if as_hex
            else escaped(self.lines[row].expandtabs(4))
        )


def page(data: bytes, size: int) -> Page:
    """The first bytes of a file of `size` bytes."""
    return Page(data, size, tuple(_lines(data)) if _is_text(data) else ())


def _is_text(data: bytes) -> bool:
    """UTF-8 without NUL; the last character may be cut where the reading ended."""
    if b"\0" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and len(data) == MOST
    return True


def _lines(data: bytes) -> list[bytes]:
    found = []
    for line in data.removesuffix(b"\n").split(b"\n"):
        line = line.removesuffix(b"\r")  # noqa: PLW2901 - the end of a line of DOS
        found.append(line[:_LONGEST])
        found += [
            line[at : at + _LONGEST] for at in range(_LONGEST, len(line), _LONGEST)
        ]
    return found


def hex_line(data: bytes, row: int) -> str:
    """`00000010  7f 45 4c 46 …  |.ELF…|`, as `hexdump -C` writes it."""
    part = data[row * _PER_ROW : (row + 1) * _PER_ROW]
    digits = part.hex(" ")
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
    return f"{row * _PER_ROW:08x}  {digits[:23]:23}  {digits[24:]:23}  |{text}|"
