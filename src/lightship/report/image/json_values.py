"""What both documents of JSON are made of: names, lines, findings, the gate."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from lightship.inspection.model import Blame, ImageFinding, Outcome
from lightship.inspection.secrets import hidden
from lightship.regex import regex
from lightship.wording.printable import escaped_bytes

_SURROGATES = regex("[\ud800-\udfff]")
# What a terminal would obey, beside what JSON escapes itself: further control characters, marks of direction.
_OBEYED = regex(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


_encode = json.JSONEncoder(
    ensure_ascii=False
).encode  # `json.dumps` makes an encoder for each call


def dumps(value: Any) -> str:
    """One line of JSON, as `printable` makes it."""
    return printable(_encode(value))


def printable(text: str) -> str:
    """JSON as UTF-8 can hold it and a terminal may show it.

    Halves of surrogate pairs, which a config may have, become U+FFFD; what a terminal would obey is escaped.
    """
    if text.isprintable():  # nearly always, and for much less
        return text
    text = _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _SURROGATES.sub("\ufffd", text)


def named(path: bytes, key: str = "path", *, slash: bool = True) -> dict[str, Any]:
    """A path from the root, as text, with its bytes too where they are no UTF-8."""
    name = b"/" + path if slash else path
    try:
        return {key: name.decode()}
    except UnicodeDecodeError:
        return {key: escaped_bytes(name), f"{key}_raw": b64encode(name).decode()}


def fields(record: Any) -> dict[str, Any]:
    """A record of plain values, by its fields."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def blame(found: Blame) -> dict[str, Any]:
    """What made a layer."""
    return {
        "path": found.path or None,
        "first": found.first or None,
        "last": found.last or None,
        "text": hidden(found.text),
        "confidence": str(found.confidence),
        "is_base": found.is_base,
        "stage": found.stage or None,
        "builder": found.builder or None,
    }


def finding(found: ImageFinding) -> dict[str, Any]:
    """A finding, its places with it."""
    return {
        "id": found.id,
        "group": str(found.group),
        "severity": found.severity.label,
        "message": found.message,
        "advice": found.advice or None,
        "saves": found.saves,
        "estimated": found.estimated or None,
        "rule": found.rule or None,
        "blame": blame(found.blame) | {"layer": found.blame.layer}
        if found.blame
        else None,
        "count": found.count,
        "places": [
            named(place.path)
            | {
                "size": place.size,
                "layer": place.layer,
                "seen": place.seen,
                "note": place.note or None,
            }
            for place in found.places
        ],
    }


def gate(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The limits; `passed` is null where there are none."""
    limits = [
        {
            "name": each.name,
            "limit": each.limit,
            "figure": each.figure,
            "passed": each.passed,
            "detail": list(each.detail),
        }
        for each in outcomes
    ]
    return {
        "passed": all(each["passed"] for each in limits) if limits else None,
        "limits": limits,
    }
