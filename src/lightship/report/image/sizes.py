"""Numbers as people read them: decimal units, as docker shows them, with three digits."""

from __future__ import annotations

from lightship.inspection import sizes


def size(number: float | None) -> str:
    """Bytes: `0 B`, `43.2 MB`; `unknown` for None."""
    if number is None:
        return "unknown"
    return f"-{sizes.size(int(-number))}" if number < 0 else sizes.size(int(number))


def signed(number: float | None) -> str:
    """A change in bytes: `+1.20 MB`, `-3 B`, `0 B`."""
    return size(number) if number is None or number <= 0 else f"+{size(number)}"


def percent(share: float) -> str:
    """A share of 1 in percent; what is not all is never rounded to 100 %, what is not nothing never to 0 %."""
    value = round(share * 100, 1)
    if value == 100 and share < 1:
        value = 99.9
    if value == 0 and share > 0:
        return "< 0.1 %"
    return f"{value:.1f} %"


def number(value: int, word: str = "", plural: str = "s") -> str:
    """A count with its noun: `1 file`, `12,345 files`."""
    return f"{value:,} {word}{plural if value != 1 else ''}" if word else f"{value:,}"
