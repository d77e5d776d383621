"""Fields as in the head of a mail: `Name: flask`, with further lines that start with a blank.

Python's METADATA, Debian's copyright files and a jar's manifest are written so.
"""

from __future__ import annotations

from collections.abc import Iterator

_MOST_LINES = 50_000
_MOST_VALUE = 8192  # characters of a field, with all its lines


def fields(data: bytes) -> Iterator[tuple[str, str]]:
    """Each field of the first paragraph: its name in small letters, and its value.

    A value has a newline for each line after its first.
    """
    for name, value in all_fields(data):
        if not name:
            return
        yield name, value


def all_fields(data: bytes) -> Iterator[tuple[str, str]]:
    """As `fields`, of all paragraphs; two empty texts where one ends."""
    name = ""
    value: list[str] = []
    for raw in data.split(b"\n", _MOST_LINES)[:_MOST_LINES]:
        line = raw.rstrip(b"\r").decode("utf-8", "backslashreplace")
        if line[:1] in (" ", "\t"):
            value.append(line.strip())
            continue
        if name:
            yield name, "\n".join(value)[:_MOST_VALUE]
        name, colon, first = line.partition(":")
        name = name.strip().lower() if colon else ""
        value = [first.strip()]
        if not line:
            yield "", ""
    if name:
        yield name, "\n".join(value)[:_MOST_VALUE]
