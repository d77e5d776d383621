"""How long something takes, in the unit that people would use."""

from __future__ import annotations

from lightship.wording.counts import count

WEEK = 7.0  # days
_ESTIMATE_UNITS = ((86_400, "days"), (3600, "h"), (60, "min"))
_ESTIMATE_FROM = 1.65  # of a unit: 98 s, and 1.7 min
_TIMING_UNITS = ((3600, "h"), (60, "min"))
_TIMING_FROM = 3  # of a unit: 179 s, and 3.00 min


def duration(seconds: float) -> str:
    """An estimate, with two digits: `0.4 s`, `41 s`, `73 s`, `13 min`, `2.0 h`."""
    scaled, unit = _scaled(abs(seconds), _ESTIMATE_UNITS, _ESTIMATE_FROM)
    if 0 < scaled < 0.05:
        return "< 0.1 s"
    sign = _sign(seconds)
    digits = 1 if 0 < scaled < 9.95 else 0
    return f"{sign}{scaled:,.{digits}f} {unit}"


def timing(seconds: float) -> str:
    """What was measured, with two or three digits: `38 ms`, `0.24 s`, `41.3 s`, `13.6 min`."""
    length = abs(seconds)
    if 0 < length < 0.001:
        return "< 1 ms"
    if 0 < length < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    scaled, unit = _scaled(length, _TIMING_UNITS, _TIMING_FROM)
    sign = _sign(seconds)
    digits = _timing_digits(scaled)
    return f"{sign}{scaled:,.{digits}f} {unit}"


def timespan(days: float) -> str:
    """How long a history is: `3 days`, `26 weeks`."""
    if days < 2 * WEEK:
        return count(max(round(days), 1), "day")
    return count(round(days / WEEK), "week")


def _scaled(
    length: float, units: tuple[tuple[int, str], ...], least: float
) -> tuple[float, str]:
    """The length in the first unit of which it holds at least that number, else in seconds."""
    for unit, name in units:
        if length >= least * unit:
            return length / unit, name
    return length, "s"


def _timing_digits(scaled: float) -> int:
    if not scaled or scaled >= 99.95:
        return 0
    return 1 if scaled >= 9.995 else 2


def _sign(seconds: float) -> str:
    return "-" if seconds < 0 else ""
