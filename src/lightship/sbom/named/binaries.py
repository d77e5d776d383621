"""Programs that say what they were built from: those of Go, and of Rust with cargo-auditable.

Go writes its version and modules into `.go.buildinfo` (Go, src/debug/buildinfo), cargo-auditable
compressed JSON into `.dep-v0` (rust-secure-code/cargo-auditable, PARSING.md).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

from lightship.image.databases.package_lists import StatedPackage
from lightship.image.scan import FilePart
from lightship.pyproject.data_files import rows, text_at
from lightship.sbom.named.elf_sections import Elf, Section, read_elf

_INFO, _AUDIT = ".go.buildinfo", ".dep-v0"
_MAGIC = b"\xff Go buildinf:"
_INLINE, _BIG = 2, 1  # flags
_STRINGS_AT = 32
_MOST_INFO = 4 << 20  # bytes of all modules of a program
_MOST_VERSION = 1000
_MOST_AUDIT = 16 << 20  # inflated
_MARK = 16  # bytes before and after the modules
_DEVELOPMENT = "(devel)"


def binary_packages(
    _path: bytes, _size: int, part: FilePart
) -> Iterator[StatedPackage]:
    """The modules or crates of a program; nothing where it does not say them."""
    elf = read_elf(part)
    if elf is None:
        return
    if section := elf.sections.get(_INFO):
        yield from _go(elf, section)
    if section := elf.sections.get(_AUDIT):
        size = min(section.size, _MOST_AUDIT)
        yield from _crates(part(section.offset, size))


def _go(elf: Elf, section: Section) -> Iterator[StatedPackage]:
    data = elf.part(section.offset, min(section.size, _MOST_INFO))
    if not data.startswith(_MAGIC) or len(data) < _STRINGS_AT:
        return
    flags = data[15]
    if flags & _INLINE:
        version, end = _inline(data, _STRINGS_AT)
        modules, _ = _inline(data, end)
    else:
        order = "big" if flags & _BIG else "little"
        version, modules = _by_pointers(elf, data, data[14], order)
    written = version[:_MOST_VERSION].decode("utf-8", "replace")
    release = written.partition(" ")[0]
    if release.startswith("go"):
        yield StatedPackage("golang", "stdlib", release.removeprefix("go"))
        text = modules[_MARK:-_MARK].decode("utf-8", "replace")
        yield from _modules(text)


def _inline(data: bytes, at: int) -> tuple[bytes, int]:
    """A text after its length, in seven bits a byte, and where it ends."""
    length = shift = 0
    for place in range(at, min(at + 5, len(data))):
        byte = data[place]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            start = place + 1
            return data[start : start + length], start + length
    return b"", len(data)


def _by_pointers(elf: Elf, data: bytes, size: int, order: str) -> tuple[bytes, bytes]:
    """Before Go 1.18 there are two pointers to texts, each a pointer and a length."""
    if size not in (4, 8):
        return b"", b""
    middle = 16 + size
    version = _text(elf, data[16:middle], order)
    modules = _text(elf, data[middle : middle + size], order)
    return version, modules


def _text(elf: Elf, pointer: bytes, order: Any) -> bytes:
    size = len(pointer)
    address = int.from_bytes(pointer, order)
    header = elf.at_address(address, 2 * size)
    start = int.from_bytes(header[:size], order)
    length = int.from_bytes(header[size:], order)
    if len(header) < 2 * size or length > _MOST_INFO:
        return b""
    return elf.at_address(start, length)


def _modules(text: str) -> Iterator[StatedPackage]:
    """`mod`, the program's own, and `dep`; a `=>` after one is what took its place."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        kind, *fields = line.split("\t")
        if kind in ("mod", "dep") and len(fields) >= 2:
            found.append((fields[0], fields[1]))
        elif kind == "=>" and len(fields) >= 2 and found:
            found[-1] = (fields[0], fields[1])
    for name, version in found:
        is_known = version != _DEVELOPMENT
        if name:
            yield StatedPackage("golang", name, version if is_known else "")


def _crates(data: bytes) -> Iterator[StatedPackage]:
    """The crates in the program; those that only its build ran are not in it."""
    try:
        document = json.loads(zlib.decompressobj().decompress(data, _MOST_AUDIT))
    except (ValueError, RecursionError, zlib.error):
        return
    for crate in rows(document, "packages"):
        name = text_at(crate, "name")
        if name and text_at(crate, "kind") != "build":
            yield StatedPackage("cargo", name, text_at(crate, "version"))
