"""Sections of an ELF file by their names, and bytes at its addresses. Source: elf(5)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct

from lightship.image.scan import FilePart
from lightship.record import record

MAGIC = b"\x7fELF"
_HEAD = 64
_MOST_HEADERS = 20_000
_MOST_NAMES = 1 << 20  # bytes of the names of all sections
_LONGEST_NAME = 100
_LOADED = 1  # PT_LOAD


@record
class Section:
    """A place in the file."""

    offset: int
    size: int


@record(eq=False)
class _Form:
    """The records of a class and byte order; each gives its fields in the order of 64 bits."""

    head: Struct  # program headers, section headers, flags ... index of the names
    section: Struct
    program: Struct
    is_wide: bool


@record(eq=False)
class Elf:
    """An ELF file, as far as it is asked for: `order` is little or big, `pointer` in bytes."""

    part: FilePart
    sections: Mapping[str, Section]
    loads: tuple[tuple[int, int, int], ...]  # address, size, offset in the file
    order: str
    pointer: int

    def at_address(self, address: int, size: int) -> bytes:
        """Bytes as they are in memory; fewer where the file has no such address."""
        for start, length, offset in self.loads:
            if start <= address < start + length:
                most = min(size, start + length - address)
                return self.part(offset + address - start, most)
        return b""


def read_elf(part: FilePart) -> Elf | None:
    """None for what is not an ELF file, or has no sections that can be read."""
    head = part(0, _HEAD)
    form = _form(head)
    if form is None:
        return None
    (
        programs, sections, _, _, program_size, programs_count, size, count, names,
    ) = form.head.unpack_from(head, 28 if not form.is_wide else 32)  # fmt: skip
    if size != form.section.size or not 0 < count <= _MOST_HEADERS or names >= count:
        return None
    table = part(sections, size * count)
    if len(table) < size * count:
        return None
    rows = list(form.section.iter_unpack(table))
    order = "little" if head[5] == 1 else "big"
    loads: tuple[tuple[int, int, int], ...] = ()
    if program_size == form.program.size and programs_count <= _MOST_HEADERS:
        loads = _loads(form, part(programs, program_size * programs_count))
    return Elf(part, _named(part, rows, names), loads, order, 8 if form.is_wide else 4)


def _form(head: bytes) -> _Form | None:
    if len(head) < _HEAD or head[:4] != MAGIC or head[5] not in (1, 2):
        return None
    mark = "<" if head[5] == 1 else ">"
    if head[4] == 2:
        return _Form(
            Struct(f"{mark}QQIHHHHHH"), Struct(f"{mark}IIQQQQIIQQ"),
            Struct(f"{mark}IIQQQQQQ"), is_wide=True,
        )  # fmt: skip
    if head[4] == 1:
        return _Form(
            Struct(f"{mark}IIIHHHHHH"), Struct(f"{mark}10I"), Struct(f"{mark}8I"),
            is_wide=False,
        )  # fmt: skip
    return None


def _named(
    part: FilePart, rows: list[tuple[int, ...]], names: int
) -> dict[str, Section]:
    """By name, the first of each; a row is name, type, flags, address, offset, size, ..."""
    _, _, _, _, offset, size, *_ = rows[names]
    texts = part(offset, min(size, _MOST_NAMES))
    found: dict[str, Section] = {}
    for name, _, _, _, offset, size, *_ in rows:
        end = texts.find(b"\0", name, name + _LONGEST_NAME)
        text = texts[name:end].decode("latin-1") if end > name else ""
        found.setdefault(text, Section(offset, size))
    return found


def _loads(form: _Form, table: bytes) -> tuple[tuple[int, int, int], ...]:
    found: list[tuple[int, int, int]] = []
    whole = len(table) - len(table) % form.program.size
    for row in form.program.iter_unpack(table[:whole]):
        if row[0] != _LOADED:
            continue
        if form.is_wide:
            _, _, offset, address, _, size, *_ = row
        else:
            _, offset, address, _, size, *_ = row
        found.append((address, size, offset))
    return tuple(found)
