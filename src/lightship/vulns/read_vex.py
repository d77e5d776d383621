"""A document of OpenVEX -> VexStatement (https://github.com/openvex/spec, 0.2).

It silences findings, so that what is not as the specification says is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from packageurl import PackageURL

from lightship.errors import FileError
from lightship.record import record
from lightship.vulns.vex import (
    NOT_AFFECTED,
    STATUSES,
    Product,
    PurlName,
    VexStatement,
)

MOST_BYTES = 64 << 20
_MOST_TEXT = 4096  # characters of a name, a package URL or a reason
_CONTEXT = "https://openvex.dev/ns"


@record
class _VexPlace:
    """Where something stands, for an error."""

    path: str
    number: int = 0

    def error(self, what: str) -> FileError:
        where = f"statement {self.number} of {self.path}" if self.number else self.path
        return FileError(f"{where} {what}")


def read_vex(data: bytes, path: str) -> tuple[VexStatement, ...]:
    """The statements of a document; a FileError where it is none."""
    place = _VexPlace(path)
    if len(data) > MOST_BYTES:
        raise place.error(f"is larger than {MOST_BYTES >> 20} MB")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise place.error("is not JSON: write a document of OpenVEX") from None
    is_vex = isinstance(document, dict) and str(document.get("@context", ""))
    if not is_vex or not is_vex.startswith(_CONTEXT):
        raise place.error(f"is not OpenVEX: its @context must start with {_CONTEXT}")
    return tuple(_statements(document, place))


def _statements(
    document: Mapping[str, Any], place: _VexPlace
) -> Iterator[VexStatement]:
    statements = document.get("statements")
    if not isinstance(statements, list):
        raise place.error("has no statements: write them as a list")
    for number, item in enumerate(statements, 1):
        here = _VexPlace(place.path, number)
        if not isinstance(item, dict):
            raise here.error("must be an object")
        yield _statement(item, document, here)


def _statement(
    item: Mapping[str, Any], document: Mapping[str, Any], place: _VexPlace
) -> VexStatement:
    status = item.get("status")
    if status not in STATUSES:
        raise place.error(f"has no known status: write one of {', '.join(STATUSES)}")
    reason = ": ".join(filter(None, _reasons(item, place)))
    if status == NOT_AFFECTED and not reason:
        raise place.error("says not_affected without a reason: add a justification")
    stated = item.get("timestamp") or document.get("timestamp")
    return VexStatement(
        tuple(_ids(item.get("vulnerability"), place)),
        status,
        tuple(_products(item.get("products"), place)),
        reason,
        (_time(stated, place), place.number),
    )


def _reasons(item: Mapping[str, Any], place: _VexPlace) -> Iterator[str]:
    for key in ("justification", "impact_statement", "status_notes"):
        yield _text(item.get(key), key, place)


def _ids(value: Any, place: _VexPlace) -> Iterator[str]:
    """The name of a vulnerability and its aliases; older documents have its name alone."""
    table = value if isinstance(value, dict) else {"name": value}
    aliases = table.get("aliases") or []
    names = [table.get("name"), *(aliases if isinstance(aliases, list) else [aliases])]
    if not names[0]:
        raise place.error("names no vulnerability: add its name")
    for name in names:
        yield _text(name, "vulnerability", place)


def _products(value: Any, place: _VexPlace) -> Iterator[Product]:
    """Those that a package URL names; others cannot be recognized, and cover nothing."""
    for item in _list(value, "products", place):
        table = item if isinstance(item, dict) else {"@id": item}
        parts = _list(table.get("subcomponents"), "subcomponents", place)
        named = [_package(part, place) for part in parts]
        package = _package(table, place)
        if package is not None and (not parts or any(named)):
            yield Product(package, tuple(part for part in named if part is not None))


def _package(item: Any, place: _VexPlace) -> PurlName | None:
    table = item if isinstance(item, dict) else {"@id": item}
    identifiers = table.get("identifiers")
    purl = identifiers.get("purl") if isinstance(identifiers, dict) else None
    return package_name(_text(purl or table.get("@id"), "@id", place))


def package_name(purl: str) -> PurlName | None:
    """The package that a package URL names, without qualifiers, which differ among tools."""
    try:
        url = PackageURL.from_string(purl)
    except ValueError:
        return None
    name = f"{url.namespace}/{url.name}" if url.namespace else url.name
    return PurlName(url.type, name, url.version or "")


def _list(value: Any, key: str, place: _VexPlace) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise place.error(f"must have a list as {key}")
    return value


def _text(value: Any, key: str, place: _VexPlace) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise place.error(
            f"must have a text of at most {_MOST_TEXT:,} characters as {key}"
        )
    return value


def _time(value: Any, place: _VexPlace) -> str:
    """As a text that can be compared; none is before all."""
    if not value:
        return ""
    try:
        time = datetime.fromisoformat(value)
        aware = time if time.tzinfo else time.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (TypeError, ValueError, OverflowError):
        raise place.error(
            "has no time as timestamp: write such as 2026-12-01T00:00:00Z"
        ) from None
