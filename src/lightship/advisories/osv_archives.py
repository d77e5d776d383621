"""The documents of a zip as OSV publishes them, or of a folder of JSON files.

Nothing is unpacked onto the disk. What is read is bounded, whatever the archive says of itself.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from lightship.advisories.exploit_files import exploit_list
from lightship.errors import DatabaseError
from lightship.files.reading import reason_of
from lightship.vulns.read_osv import MOST_BYTES

_JSON, _ZIP = ".json", ".zip"
_MOST_TOTAL = 32 << 30  # bytes of all documents
_MOST_DIRECTORY = 64 << 20  # bytes of a zip's list of members: a million of them
_END = struct.Struct("<4s4H2LH")  # end of central directory record
_END_START = b"PK\x05\x06"
_END_FIELD = 5  # the size of the list
_LONGEST_END = _END.size + 0xFFFF


def is_archive(path: str) -> bool:
    """Whether a path is a zip by its name."""
    return path.endswith(_ZIP) and os.path.isfile(path)


def archive_in(folder: str, ecosystem: str) -> str:
    """The zip of an ecosystem in a mirror; empty where it has none."""
    for parts in ((ecosystem, "all.zip"), (f"{ecosystem}.zip",)):
        path = os.path.join(folder, *parts)
        if os.path.isfile(path):
            return path
    return ""


def documents_of_zip(path: str) -> Iterator[bytes | None]:
    """All documents of a zip; None for one that is too large. A DatabaseError if it is damaged."""
    try:
        with open(path, "rb") as file:
            _check_directory(file, path)
            with zipfile.ZipFile(file) as archive:
                yield from _members(archive, path)
    except OSError as error:
        raise DatabaseError(f"cannot read {path}: {reason_of(error)}") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise DatabaseError(
            f"{path} is not a whole zip: {error}; get it again"
        ) from error


def _members(archive: zipfile.ZipFile, path: str) -> Iterator[bytes | None]:
    total = 0
    for member in archive.infolist():
        if not member.filename.endswith(_JSON):
            continue
        with archive.open(member) as file:
            data = file.read(MOST_BYTES + 1)
        total += len(data)
        if total > _MOST_TOTAL:
            raise DatabaseError(
                f"{path} holds more than {_MOST_TOTAL >> 30} GB: OSV publishes none like this"
            )
        yield data if len(data) <= MOST_BYTES else None


def _check_directory(file: IO[bytes], path: str) -> None:
    """Refuse a zip whose list of members would fill the memory: zipfile reads all of it at once."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    place = tail.rfind(_END_START)
    file.seek(0)
    if place < 0 or len(tail) - place < _END.size:
        raise DatabaseError(f"{path} is not a whole zip: it has no end; get it again")
    listed = _END.unpack_from(tail, place)[_END_FIELD]
    if listed > _MOST_DIRECTORY:
        raise DatabaseError(
            f"{path} lists too many files: OSV publishes none like this"
        )


def documents_of_folder(folder: str) -> Iterator[bytes | None]:
    """All files of JSON below a folder, in the order of their names; no link is followed."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            if _is_document(name) and not os.path.islink(path):
                yield _document(path)


def _is_document(name: str) -> bool:
    return name.endswith(_JSON) and exploit_list(name) is None


def _document(path: str) -> bytes | None:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > MOST_BYTES:
            return None
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DatabaseError(f"cannot read {path}: {reason_of(error)}") from error
    return data if len(data) <= MOST_BYTES else None
