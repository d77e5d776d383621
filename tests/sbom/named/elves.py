"""ELF files with a few sections, of both classes and both byte orders."""

from __future__ import annotations

from struct import pack

BASE = 0x400000  # where the whole file lies in memory


def elf(sections: dict[str, bytes], *, wide: bool = True, order: str = "<") -> bytes:
    """A file of that class and order, padded to what a program has at least."""
    names = b"\0" + b"".join(name.encode() + b"\0" for name in sections) + b".names\0"
    head = 64 + 56  # what precedes the contents
    contents = b""
    rows = [(0, 0, 0)]
    for name, data in {**sections, ".names": names}.items():
        rows.append(
            (names.index(name.encode() + b"\0"), head + len(contents), len(data))
        )
        contents += data
    contents += bytes(-len(contents) % 8)
    table_at = head + len(contents)
    whole = max(200_000, table_at + 64 * len(rows))
    if wide:
        table = b"".join(
            pack(f"{order}IIQQQQIIQQ", name, 1, 0, 0, at, size, 0, 0, 0, 0)
            for name, at, size in rows
        )
        load = pack(f"{order}IIQQQQQQ", 1, 5, 0, BASE, BASE, whole, whole, 0)
        start = pack(
            f"{order}HHIQQQIHHHHHH",
            2,
            62,
            1,
            0,
            64,
            table_at,
            0,
            64,
            56,
            1,
            64,
            len(rows),
            len(rows) - 1,
        )
    else:
        table = b"".join(
            pack(f"{order}10I", name, 1, 0, 0, at, size, 0, 0, 0, 0)
            for name, at, size in rows
        )
        load = pack(f"{order}8I", 1, 0, BASE, BASE, whole, whole, 5, 0)
        start = pack(
            f"{order}HHIIIIIHHHHHH",
            2,
            62,
            1,
            0,
            64,
            table_at,
            0,
            64,
            32,
            1,
            40,
            len(rows),
            len(rows) - 1,
        )
    magic = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1])
    front = (magic.ljust(16, b"\0") + start).ljust(64, b"\0") + load.ljust(56, b"\0")
    return (front + contents + table).ljust(whole, b"\0")  # fmt: skip


def text(data: bytes) -> bytes:
    """A text of Go after its length."""
    length, digits = len(data), []
    while length >= 0x80:
        digits.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([*digits, length]) + data


def go_info(version: str, modules: str) -> bytes:
    """The section of Go since 1.18."""
    listed = b"0" * 16 + modules.encode() + b"1" * 16
    head = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0")
    return head + text(version.encode()) + text(listed)
