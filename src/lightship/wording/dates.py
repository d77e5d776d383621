"""Dates and times of day, always in UTC: git and files of others may hold any number."""

from __future__ import annotations

from datetime import UTC, date, datetime

NO_DATE = "no date"
_FIRST_YEAR = 1990  # before it builds that are to be reproducible say they were made


def day(timestamp: int) -> str:
    """The day of a time in seconds since 1970: `2025-01-31`; `no date` if it is not one."""
    time = _time(timestamp)
    return time.date().isoformat() if time else NO_DATE


def day_and_time(timestamp: int) -> str:
    """The same with hours and minutes: `2025-01-31 14:05`."""
    time = _time(timestamp)
    return time.strftime("%Y-%m-%d %H:%M") if time else NO_DATE


def read_day(text: str) -> date | None:
    """The day of a time that an image's config states; None for none, and for a made-up one."""
    try:
        stated = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return stated if stated.year >= _FIRST_YEAR else None


def _time(timestamp: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, OSError, ValueError):
        return None
