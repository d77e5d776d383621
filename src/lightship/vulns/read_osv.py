"""One document of OSV -> Advisory (https://ossf.github.io/osv-schema/).

Anybody may have made it: all is bounded, and what is not as the schema says is refused with a
reason. Fields that are not known here are passed over, as the schema asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lightship.vulns.advisory import EVENTS, Advisory, Affected, VersionRange
from lightship.vulns.version_order import LONGEST_VERSION, family

MOST_BYTES = 16 << 20  # of a document
_MOST_NAME = 500  # characters of an id, a name, a vector or a word
_MOST_SUMMARY = 300
_MOST_IDS = 1000
_MOST_AFFECTED = 20_000
_MOST_EVENTS = 20_000
_MOST_VERSIONS = 100_000
_DASHES = re.compile(r"[-_.]+")
_LOWERED = ("Go", "NuGet", "Packagist")
# Names CVEs only as related
_DISTRIBUTIONS = ("AlmaLinux", "Red Hat", "Rocky Linux", "SUSE", "openSUSE")

NOT_JSON = "not JSON"
NOT_OSV = "not as OSV's schema says"
TOO_LARGE = "too large"
LONG_VERSION = "a version of more than 1,000 characters"
WITHDRAWN = "withdrawn"


class RefusedAdvisory(ValueError):  # noqa: N818 - it is none, and the import goes on
    """Why a document cannot be used; its text is one of the reasons above."""


def read_osv(data: bytes) -> Advisory:
    """The advisory in a document; a RefusedAdvisory where there is none to use."""
    if len(data) > MOST_BYTES:
        raise RefusedAdvisory(TOO_LARGE)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise RefusedAdvisory(NOT_JSON) from None
    return advisory_of(document)


def advisory_of(document: Any) -> Advisory:
    """The same of a document that is parsed."""
    if not isinstance(document, dict):
        raise RefusedAdvisory(NOT_OSV)
    if document.get("withdrawn"):
        raise RefusedAdvisory(WITHDRAWN)
    affected = tuple(_affected(document))
    own = _table(document.get("database_specific"))
    return Advisory(
        _word(document.get("id")),
        _time(document.get("modified")),
        _summary(document),
        _ids(document.get("aliases")),
        _upstream(document, affected),
        _vectors(document),
        _optional_word(own.get("severity")),
        affected,
    )


def normal_name(ecosystem: str, name: str) -> str:
    """A package's name as it is looked up: one that an ecosystem takes for the same is the same."""
    kind = family(ecosystem)
    if kind == "PyPI":
        return _DASHES.sub("-", name).lower()
    return name.lower() if kind in _LOWERED else name


def _affected(document: Mapping[str, Any]) -> Iterator[Affected]:
    for item in _list(document.get("affected"), _MOST_AFFECTED):
        row = _table(item)
        package = _table(row.get("package"))
        if not package:
            continue  # of a repository of git, which names no package
        ecosystem = _word(package.get("ecosystem"))
        stated = _word(package.get("name"))
        name = normal_name(ecosystem, stated)
        ranges = tuple(_ranges(row))
        versions = _versions(row)
        own = _table(row.get("ecosystem_specific"))
        if ranges or versions:
            urgency = _optional_word(own.get("urgency"))
            yield Affected(ecosystem, name, ranges, versions, urgency)


def _ranges(row: Mapping[str, Any]) -> Iterator[VersionRange]:
    for item in _list(row.get("ranges"), _MOST_AFFECTED):
        kind = _table(item).get("type")
        if kind not in ("SEMVER", "ECOSYSTEM"):
            continue  # commits of git
        listed = _list(item.get("events"), _MOST_EVENTS)
        events = tuple(map(_event, listed))
        yield VersionRange(events, kind == "SEMVER")


def _event(item: Any) -> tuple[str, str]:
    if isinstance(item, dict) and len(item) == 1:
        ((kind, version),) = item.items()
        if kind in EVENTS:
            return kind, _version(version)
    raise RefusedAdvisory(NOT_OSV)


def _version(value: Any) -> str:
    if not isinstance(value, str):
        raise RefusedAdvisory(NOT_OSV)
    if len(value) > LONGEST_VERSION:
        raise RefusedAdvisory(LONG_VERSION)
    return value


def _versions(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that are listed: there may be thousands, so they are looked at together."""
    listed = _list(row.get("versions"), _MOST_VERSIONS)
    if {*map(type, listed)} - {str}:
        raise RefusedAdvisory(NOT_OSV)
    if max(map(len, listed), default=0) > LONGEST_VERSION:
        raise RefusedAdvisory(LONG_VERSION)
    return tuple(listed)


def _upstream(
    document: Mapping[str, Any], affected: tuple[Affected, ...]
) -> tuple[str, ...]:
    """The flaws that a distribution's record is about; some name them as related alone."""
    upstream = _ids(document.get("upstream"))
    if upstream or not affected:
        return upstream
    if family(affected[0].ecosystem) not in _DISTRIBUTIONS:
        return ()
    related = _ids(document.get("related"))
    return tuple(name for name in related if name.startswith("CVE-"))


def _vectors(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Those of the record, or where packages have their own, those of the first."""
    rows = _list(document.get("severity"), _MOST_IDS)
    for item in _list(document.get("affected"), _MOST_AFFECTED):
        rows = rows or _list(_table(item).get("severity"), _MOST_IDS)
    pairs = map(_table, rows)
    return tuple((_word(row.get("type")), _word(row.get("score"))) for row in pairs)


def _summary(document: Mapping[str, Any]) -> str:
    """The summary, or else the first line of the details."""
    for key in ("summary", "details"):
        text = document.get(key)
        if isinstance(text, str) and text.strip():
            start = text.strip()[: 2 * _MOST_SUMMARY]
            line = start.splitlines()[0][:_MOST_SUMMARY]
            return line.encode("utf-8", "replace").decode()
    return ""


def _ids(value: Any) -> tuple[str, ...]:
    ids = _list(value, _MOST_IDS)
    words = map(_word, ids)
    return tuple(dict.fromkeys(words))


def _word(value: Any) -> str:
    if isinstance(value, str) and 0 < len(value) <= _MOST_NAME and value.isprintable():
        return value
    raise RefusedAdvisory(NOT_OSV)


def _optional_word(value: Any) -> str:
    """A word that is not of the schema, and may be anything."""
    fits = isinstance(value, str) and len(value) <= _MOST_NAME
    return str(value) if fits else ""


def _list(value: Any, most: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise RefusedAdvisory(NOT_OSV)
    if len(value) > most:
        raise RefusedAdvisory(TOO_LARGE)
    return value


def _table(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedAdvisory(NOT_OSV)
    return value


def _time(value: Any) -> int:
    """Seconds since 1970; some have more digits of a second than Python reads."""
    try:
        time = datetime.fromisoformat(value)
        aware = time if time.tzinfo else time.replace(tzinfo=UTC)
        return int(aware.timestamp())
    except (TypeError, ValueError, OverflowError):
        raise RefusedAdvisory(NOT_OSV) from None
