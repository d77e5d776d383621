"""CISA's catalog of known exploited vulnerabilities, as `known_exploited_vulnerabilities.json`.

It is as its schema says (cisagov/kev-data); an entry that is not is left out and counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lightship.errors import DatabaseError
from lightship.record import record
from lightship.vulns.exploitation import KevEntry, is_cve

MOST_BYTES = 64 << 20
_MOST_ENTRIES = 100_000
_DAY = 10  # characters of 2026-01-31
_RANSOMWARE = "known"


@record
class KevCatalog:
    """The entries by CVE, the day of the catalog, and how many entries were left out."""

    entries: Mapping[str, KevEntry]
    dated: str
    skipped: int = 0


def read_kev(data: bytes, path: str) -> KevCatalog:
    """The catalog; a DatabaseError where it is none."""
    try:
        read = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        read = None
    document = read if isinstance(read, dict) else {}
    rows = document.get("vulnerabilities")
    if not isinstance(rows, list) or len(rows) > _MOST_ENTRIES:
        raise DatabaseError(f"{path} is not CISA's catalog (KEV) as JSON; get it again")
    dated = _day(document.get("dateReleased"))
    entries = _entries(rows)
    if not dated or not entries:
        raise DatabaseError(
            f"{path} has no entry of CISA's catalog (KEV); get it again"
        )
    return KevCatalog(entries, dated, len(rows) - len(entries))


def _entries(rows: Iterable[Any]) -> dict[str, KevEntry]:
    entries: dict[str, KevEntry] = {}
    for row in rows:
        if not isinstance(row, dict) or not is_cve(row.get("cveID")):
            continue
        added, due = _day(row.get("dateAdded")), _day(row.get("dueDate"))
        used = row.get("knownRansomwareCampaignUse")
        is_ransomware = isinstance(used, str) and used.lower() == _RANSOMWARE
        if added:
            entries[row["cveID"]] = KevEntry(added, due, is_ransomware)
    return entries


def _day(value: Any) -> str:
    """The day that a time begins with; empty where it is none."""
    text = value[:_DAY] if isinstance(value, str) else ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
