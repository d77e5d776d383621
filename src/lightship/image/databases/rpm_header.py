"""The header of an rpm: a count of index entries, a length, the index, and the data that it
points into.

All numbers are 32 bits, the most significant byte first; an index entry is tag, type, offset,
count. Names of files are split into directories and base names. Source: rpm's
docs/manual/format_header.md and tags.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from struct import Struct, iter_unpack

from lightship.errors import ImageError
from lightship.image.databases.package_lists import MOST_PATH, unhex
from lightship.record import record

_NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE = 1000, 1001, 1002, 1003, 1022
_DIRECTORY_INDEXES, _BASE_NAMES, _DIRECTORY_NAMES = 1116, 1117, 1118
_LICENCE, _FILE_DIGESTS, _SOURCE = 1014, 1035, 1044
_PROVIDED, _REQUIRED = 1047, 1049
_TYPES = {  # of a tag that is read; 4 is a number, 6 a string, 8 a list of strings
    _NAME: 6,
    _VERSION: 6,
    _RELEASE: 6,
    _EPOCH: 4,
    _ARCHITECTURE: 6,
    _SOURCE: 6,
    _LICENCE: 6,
    _DIRECTORY_INDEXES: 4,
    _BASE_NAMES: 8,
    _DIRECTORY_NAMES: 8,
    _FILE_DIGESTS: 8,
    _PROVIDED: 8,
    _REQUIRED: 8,
}
_STRINGS = (_NAME, _VERSION, _RELEASE, _ARCHITECTURE, _SOURCE, _LICENCE)
_ENTRY = 16
_MOST_DIRECTORIES = 1_000_000
_MOST_NAMES = 20_000  # that one package requires, or provides
_SIZES = Struct(">II")
_NUMBER = Struct(">I")

Places = dict[int, tuple[int, int]]  # tag -> offset and count


@record(eq=False)
class Header:
    """What a header says; `data` and `places` are for `paths`. `epoch` is 0 where there is none.

    `source` is the name of the file that the rpm was built from.
    """

    name: bytes
    version: bytes
    release: bytes
    epoch: int
    architecture: bytes
    source: bytes
    licence: bytes
    data: bytes
    places: Places


def read_header(blob: bytes) -> Header:
    """A header, as the database has it, without the magic of a package file.

    An ImageError for what is none.
    """
    if len(blob) < _SIZES.size:
        raise _malformed("it is too short")
    entries, length = _SIZES.unpack_from(blob)
    start = _SIZES.size + _ENTRY * entries
    if start + length > len(blob):
        raise _malformed("it is longer than its place in the database")
    data = blob[start : start + length]
    places = _places(blob[_SIZES.size : start], length)
    strings = tuple(_first(data, places, tag) for tag in _STRINGS)
    name, version, release, architecture, source, licence = strings
    epoch = 0
    if _EPOCH in places:
        offset, _ = places[_EPOCH]
        (epoch,) = _NUMBER.unpack_from(data, offset)
    return Header(
        name, version, release, epoch, architecture, source, licence, data, places
    )


def paths(header: Header) -> Iterator[bytes]:
    """The paths of a package, one at a time."""
    data = header.data
    places = header.places
    if not {_BASE_NAMES, _DIRECTORY_NAMES, _DIRECTORY_INDEXES} <= places.keys():
        return
    if places[_DIRECTORY_NAMES][1] > _MOST_DIRECTORIES:
        raise _malformed("it has too many directories")
    directories = list(_strings(data, *places[_DIRECTORY_NAMES]))
    at, count = places[_DIRECTORY_INDEXES]
    indexes = iter_unpack(">I", data[at : at + _NUMBER.size * count])
    names = _strings(data, *places[_BASE_NAMES])
    for name, (index,) in zip(names, indexes, strict=False):
        if index < len(directories) and len(directories[index]) <= MOST_PATH:
            yield directories[index] + name


def digests(header: Header) -> Iterator[bytes]:
    """The sum of each file, in the order of `paths`; empty for links and directories."""
    if _FILE_DIGESTS in header.places:
        yield from map(unhex, _strings(header.data, *header.places[_FILE_DIGESTS]))


def required(header: Header) -> Iterator[bytes]:
    """What a package requires, without versions: capabilities, files, conditions in parentheses."""
    return _listed(header, _REQUIRED)


def provided(header: Header) -> Iterator[bytes]:
    """The capabilities that a package provides, its name among them."""
    return _listed(header, _PROVIDED)


def _listed(header: Header, tag: int) -> Iterator[bytes]:
    offset, count = header.places.get(tag, (0, 0))
    return _strings(header.data, offset, min(count, _MOST_NAMES))


def _places(index: bytes, length: int) -> Places:
    """Where the tags that count are.

    Content lies within the data: each item is at least a byte, a number four.
    """
    places: Places = {}
    for tag, kind, offset, count in iter_unpack(">IIII", index):
        if _TYPES.get(tag) != kind or not count:
            continue
        if offset + count * (_NUMBER.size if kind == 4 else 1) > length:
            raise _malformed(f"tag {tag} lies outside of it")
        places[tag] = (offset, count)
    return places


def _first(data: bytes, places: Places, tag: int) -> bytes:
    return next(_strings(data, places[tag][0], 1), b"") if tag in places else b""


def _strings(data: bytes, offset: int, count: int) -> Iterator[bytes]:
    """Strings that each end in a NUL."""
    return islice(_all_strings(data, offset), count)


def _all_strings(data: bytes, at: int) -> Iterator[bytes]:
    while (end := data.find(b"\0", at)) >= 0:
        yield data[at:end]
        at = end + 1


def _malformed(why: str) -> ImageError:
    return ImageError(f"the header of an rpm is malformed: {why}")
