"""A jar: `pom.properties` of each Maven artifact in it, or else its manifest and name.

A jar may hold further jars, as Spring Boot's do and a war. All is bounded: how deep, how many, how
many bytes inflated; a table of contents that is too large is not read. Sources: Maven Archiver,
"pom.properties"; JAR File Specification, "JAR Manifest"; APPNOTE.TXT 4.3.16.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from struct import Struct, error
from zipfile import BadZipFile, ZipFile, ZipInfo

from lightship.image.databases.package_lists import StatedPackage
from lightship.image.scan import FilePart
from lightship.record import record
from lightship.regex import regex
from lightship.sbom.named.headers import fields

ENDS = (b".jar", b".war", b".ear", b".par", b".sar", b".jpi", b".hpi", b".kar", b".rar")
_INNER = (".jar", ".war")
_END = Struct("<4s4H2LH")
_END_MARK, _END_64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_END_64 = 20  # bytes of what says where the larger form's end is
_MOST_COMMENT = 1 << 16
_MOST_TABLE = 16 << 20
_MOST_TEXT = 1 << 16  # bytes of pom.properties
_MOST_MANIFEST = 1 << 20
_MOST_INNER = 64 << 20
_MOST_ALL = 512 << 20  # inflated of one jar, with all that is in it
_MOST_POMS = 5_000
_DEEPEST = 3
_NAME = regex(r"(.+?)-([0-9][^/]*)")
# What zipfile raises of a hostile archive
_ERRORS = (
    BadZipFile, EOFError, NotImplementedError, OSError, OverflowError, RuntimeError,
    ValueError, error, zlib.error,
)  # fmt: skip


@record(eq=False, frozen=False)
class _Allowance:
    """How many bytes may still be inflated."""

    left: int = _MOST_ALL


class _PartFile(io.RawIOBase):
    """A file of a layer, as zipfile reads one."""

    def __init__(self, part: FilePart, size: int) -> None:
        super().__init__()
        self._part = part
        self._size = size
        self._at = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = (0, self._at, self._size)[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._size if size is None or size < 0 else size
        data = self._part(self._at, most)
        self._at += len(data)
        return data


def java_archive(path: bytes, size: int, part: FilePart) -> Iterator[StatedPackage]:
    """The artifacts in a jar and in the jars inside it."""
    name = path.rpartition(b"/")[2].decode("utf-8", "replace")
    yield from _artifacts(name, size, part, _Allowance(), 0)


def _artifacts(
    name: str, size: int, part: FilePart, allowance: _Allowance, depth: int
) -> Iterator[StatedPackage]:
    if not _has_small_table(size, part):
        return
    try:
        with ZipFile(_PartFile(part, size)) as archive:
            yield from _own(name, archive, allowance)
            yield from _inside(archive, allowance, depth)
    except _ERRORS:
        return


def _has_small_table(size: int, part: FilePart) -> bool:
    start = max(0, size - _MOST_COMMENT - _END.size)
    tail = part(start, size - start)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        return False
    if at >= _END_64 and tail[at - _END_64 :].startswith(_END_64_MARK):
        return False
    _, _, _, _, _, table, _, _ = _END.unpack_from(tail, at)
    return bool(table <= _MOST_TABLE)


def _own(name: str, archive: ZipFile, allowance: _Allowance) -> Iterator[StatedPackage]:
    """What the jar itself is, and what was put into it (shaded): each has pom.properties."""
    poms = [info for info in archive.infolist() if _is_pom(info.filename)]
    found = False
    for info in poms[:_MOST_POMS]:
        content = _content(archive, info, _MOST_TEXT, allowance)
        stated = _properties(content)
        group = stated.get("groupId", "")
        artifact = stated.get("artifactId", "")
        if group and artifact:
            found = True
            version = stated.get("version", "")
            yield StatedPackage("maven", f"{group}:{artifact}", version)
    if not found:
        yield from _by_manifest(name, archive, allowance)


def _is_pom(name: str) -> bool:
    return name.startswith("META-INF/maven/") and name.endswith("/pom.properties")


def _properties(data: bytes) -> dict[str, str]:
    stated: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        key, equals, value = line.partition("=")
        if equals and not key.startswith("#"):
            stated[key.strip()] = value.strip()
    return stated


def _by_manifest(
    name: str, archive: ZipFile, allowance: _Allowance
) -> Iterator[StatedPackage]:
    """A jar by its file name and version; its group where the manifest says it."""
    try:
        info = archive.getinfo("META-INF/MANIFEST.MF")
    except KeyError:
        return
    content = _content(archive, info, _MOST_MANIFEST, allowance)
    # A line ends after 72 bytes, within a word too
    stated = {field: value.replace("\n", "") for field, value in fields(content)}
    artifact = name.rpartition(".")[0]
    version = stated.get("implementation-version") or stated.get("bundle-version", "")
    if parts := _NAME.fullmatch(artifact):
        artifact, version = parts.groups()
    group = stated.get("implementation-vendor-id", "")
    whole = f"{group}:{artifact}"
    if artifact and version:
        yield StatedPackage("maven", whole.lstrip(":"), version)


def _inside(
    archive: ZipFile, allowance: _Allowance, depth: int
) -> Iterator[StatedPackage]:
    if depth >= _DEEPEST:
        return
    for info in archive.infolist():
        if not info.filename.endswith(_INNER):
            continue
        data = _content(archive, info, _MOST_INNER, allowance)
        name = info.filename.rpartition("/")[2]
        inner = _part_of(data)
        yield from _artifacts(name, len(data), inner, allowance, depth + 1)


def _part_of(data: bytes) -> FilePart:
    return lambda at, most: data[at : at + most]


def _content(
    archive: ZipFile, info: ZipInfo, most: int, allowance: _Allowance
) -> bytes:
    """A content; nothing where it is larger than is read."""
    limit = min(most, allowance.left)
    if info.file_size > limit:
        return b""
    with archive.open(info) as file:
        data = file.read(limit + 1)
    allowance.left -= len(data)
    return data if len(data) <= limit else b""
