"""Debian's `usr/share/doc/NAME/copyright`: the licences of a deb.

A machine-readable one has a field for each; another may point to texts that all debs share. Those
texts do not say whether a later version will do, so their name stays as it is. Sources:
Machine-readable debian/copyright file 1.0, Debian Policy 12.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.databases.package_lists import PackageFacts, StatedPackage
from lightship.image.scan import FilePart
from lightship.regex import regex
from lightship.sbom.named.headers import all_fields

START, END = b"usr/share/doc/", b"/copyright"
MOST = 1 << 20  # bytes that are looked at
_MOST_LICENCES = 200
_START = 500  # characters, of which the first line tells the format
_FORMAT = regex(r"(?i)format(?:-specification)?:[^\n]*(?:copyright-format|dep-?5)")
_SHARED = regex(r"/usr/share/common-licenses/([A-Za-z0-9.+-]*[A-Za-z0-9+])")
_EXACT = frozenset(("Apache-2.0", "CC0-1.0", "MPL-1.1", "MPL-2.0"))


def debian_copyright(
    path: bytes, _size: int, part: FilePart
) -> Iterator[StatedPackage]:
    """The licences of the deb that the folder is named for; nothing where none is named."""
    data = part(0, MOST)
    start = data[:_START].decode("utf-8", "replace")
    is_readable = _FORMAT.match(start.lstrip("\ufeff\n"))
    found = _fields(data) if is_readable else _shared(data)
    licences = tuple(dict.fromkeys(found))[:_MOST_LICENCES]
    if licences:
        folder = path[len(START) : -len(END)]
        name = folder.decode("utf-8", "backslashreplace")
        facts = PackageFacts(licences=licences)
        yield StatedPackage("deb", name, "", facts)


def _fields(data: bytes) -> Iterator[str]:
    """The first line of each `License`; the lines after it are its text."""
    for field, value in all_fields(data):
        name, _, _ = value.partition("\n")
        if field == "license" and name:
            yield name


def _shared(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    for match in _SHARED.finditer(text):
        name = match[1]
        yield name if name in _EXACT else f"common-licenses/{name}"
