"""`[[ignore-vulnerability]]` of a configuration: what a team accepts, why, and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from lightship.record import record

_KEYS = ("id", "package", "reason", "until")


@record
class AcceptedFlaw:
    """A vulnerability that is not reported: under any of its ids, of one package or of all.

    It is reported again after the day `until`, None for never.
    """

    id: str
    reason: str
    package: str = ""
    until: date | None = None

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until < today

    def covers(self, ids: Collection[str], packages: Collection[str]) -> bool:
        is_package = not self.package or self.package in packages
        return is_package and self.id in ids


def read_accepted(value: Any) -> tuple[AcceptedFlaw, ...]:
    """The tables of a configuration; a TypeError or ValueError says what is wrong with one."""
    if not isinstance(value, list):
        raise TypeError("must be tables, each written as [[ignore-vulnerability]]")
    return tuple(map(_accepted, value))


def _accepted(table: Any) -> AcceptedFlaw:
    if not isinstance(table, Mapping):
        raise TypeError("must be tables, each written as [[ignore-vulnerability]]")
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        raise ValueError(
            f"has an unknown key {unknown[0]!r}; there are {', '.join(_KEYS)}"
        )
    texts = {key: table.get(key, "") for key in _KEYS[:3]}
    for key, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"must have a string as {key}")
    if not texts["id"] or not texts["reason"].strip():
        raise ValueError("must have an id and a reason in each table")
    return AcceptedFlaw(
        texts["id"], texts["reason"], texts["package"], _day(table.get("until"))
    )


def _day(value: Any) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(
            "must have a day as until, such as until = 2027-01-31"
        ) from None
