"""JSON that comes in pieces: one key after the other, lists with one value a line.

So it can be read by people and in parts, and a list of a million files is never held as one text.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lightship.record import record
from lightship.regex import regex
from lightship.wording.printable import escaped_bytes

_SURROGATES = regex("[\ud800-\udfff]")
# What a terminal would obey, beside what JSON escapes itself: further control characters, marks of
# direction.
_OBEYED = regex(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

# `json.dumps` makes an encoder for each call
_encode = json.JSONEncoder(ensure_ascii=False).encode


@record
class InPieces:
    """A row of a list whose `fields` may be iterators: no list of theirs is held whole either."""

    fields: Mapping[str, Any]


def dumps(value: Any) -> str:
    """One line of JSON, as `printable_json` makes it."""
    return printable_json(_encode(value))


def printable_json(text: str) -> str:
    """JSON as UTF-8 can hold it and a terminal may show it.

    Halves of surrogate pairs, which a config may have, become U+FFFD; what a terminal would obey is
    escaped.
    """
    if text.isprintable():  # nearly always, and for much less
        return text
    return _SURROGATES.sub("\ufffd", _OBEYED.sub(_escape, text))


def json_object(keys: Mapping[str, Any]) -> Iterator[str]:
    """One key after the other; an iterator becomes a list with one value a line."""
    before = "{\n"
    for key, value in keys.items():
        yield f"{before}  {dumps(key)}: "
        before = ",\n"
        if isinstance(value, Iterator):
            yield from _rows(value, indent="  ")
        else:
            yield dumps(value)
    yield "\n}\n"


def _in_pieces(fields: Mapping[str, Any]) -> Iterator[str]:
    """An object on one line, whose iterators become lists."""
    before = "{"
    for key, value in fields.items():
        yield f"{before}{dumps(key)}: "
        before = ", "
        if isinstance(value, Iterator):
            yield from _on_one_line(value)
        else:
            yield dumps(value)
    yield "}"


def _on_one_line(values: Iterator[Any]) -> Iterator[str]:
    before = "["
    for value in values:
        yield f"{before}{dumps(value)}"
        before = ", "
    yield "[]" if before == "[" else "]"


def json_list(values: Iterable[Any]) -> Iterator[str]:
    """A list that is the whole document, with one value a line."""
    yield from _rows(values, indent="")
    yield "\n"


def path_fields(
    path: bytes,
    key: str = "path",
    *,
    slash: bool = True,
) -> dict[str, Any]:
    """A path as text; where it is not UTF-8, its bytes beside it, in base64 under `<key>_raw`.

    `slash` puts one before it: a path in an image counts from the root.
    """
    name = b"/" + path if slash else path
    try:
        return {key: name.decode()}
    except UnicodeDecodeError:
        raw = b64encode(name).decode()
        return {key: escaped_bytes(name), f"{key}_raw": raw}


def record_fields(record: Any) -> dict[str, Any]:
    """A record of plain values, by its fields."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _rows(values: Iterable[Any], indent: str) -> Iterator[str]:
    before = "[\n"
    for value in values:
        if isinstance(value, InPieces):
            yield f"{before}{indent}{indent}"
            yield from _in_pieces(value.fields)
        else:
            yield f"{before}{indent}{indent}{dumps(value)}"
        before = ",\n"
    yield "[]" if before == "[\n" else f"\n{indent}]"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
