"""A saved JSON report of `lightship vulns`: what a change brings, and what it removes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lightship.errors import FileError
from lightship.record import record
from lightship.vulns.known_vulnerabilities import KnownFlaw

MOST_BYTES = 512 << 20
_WRITTEN = "write it with --format json"


@record
class EarlierFlaw:
    """A vulnerability that an earlier report has; `ids` are all its names."""

    ecosystem: str
    package: str
    version: str
    ids: tuple[str, ...]


@record
class FlawChange:
    """How many vulnerabilities an earlier report has too, and those that it alone has."""

    known: int
    gone: tuple[EarlierFlaw, ...]


def read_earlier(data: bytes, path: str) -> tuple[EarlierFlaw, ...]:
    """The vulnerabilities of a report; a FileError where it is none."""
    try:
        document = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("version") != 1:
        raise FileError(f"{path} is not a report of lightship vulns: {_WRITTEN}")
    rows = document.get("vulnerabilities")
    if not isinstance(rows, list):
        raise FileError(f"{path} has no list of vulnerabilities: {_WRITTEN}")
    return tuple(_flaws(rows, path))


def _flaws(rows: Iterable[Any], path: str) -> Iterator[EarlierFlaw]:
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not _is_flaw(row):
            raise FileError(f"vulnerability {number} of {path} is damaged: {_WRITTEN}")
        yield EarlierFlaw(
            row["ecosystem"], row["package"], row["package_version"], tuple(row["ids"])
        )


def _is_flaw(row: Mapping[str, Any]) -> bool:
    texts = [row.get(key) for key in ("ecosystem", "package", "package_version")]
    ids = row.get("ids")
    if not isinstance(ids, list) or not ids:
        return False
    return all(isinstance(text, str) for text in (*texts, *ids))


def compared(
    findings: Sequence[KnownFlaw],
    reported: Iterable[KnownFlaw],
    earlier: Sequence[EarlierFlaw],
) -> tuple[list[KnownFlaw], FlawChange]:
    """What of `reported` is new, and the change; what of all `findings` is accepted is not gone."""
    before = _earlier_names(earlier)
    new: list[KnownFlaw] = []
    known = 0
    for finding in reported:
        if flaw_names(finding).isdisjoint(before):
            new.append(finding)
        else:
            known += 1
    now = {name for finding in findings for name in flaw_names(finding)}
    gone = tuple(flaw for flaw in earlier if now.isdisjoint(_earlier_names((flaw,))))
    return new, FlawChange(known, gone)


def flaw_names(finding: KnownFlaw) -> set[tuple[str, str, str]]:
    """(ecosystem, package, id): two that share one are the same vulnerability."""
    package = finding.package
    ids = finding.vulnerability.ids
    return {(package.ecosystem, package.name, name) for name in ids}


def _earlier_names(earlier: Iterable[EarlierFlaw]) -> set[tuple[str, str, str]]:
    return {
        (flaw.ecosystem, flaw.package, name) for flaw in earlier for name in flaw.ids
    }
