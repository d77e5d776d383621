"""Bytes, as people write them and read them."""

from __future__ import annotations

from lightship.errors import UsageError
from lightship.regex import regex

# The units of go-humanize's ParseBytes, which dive reads its limits with: of 1000, and with an i of
# 1024
_UNITS = {"": 1, "b": 1}
for _power, _letter in enumerate("kmgtp", 1):
    for _end in ("", "b"):
        _UNITS[f"{_letter}{_end}"] = 1000**_power
        _UNITS[f"{_letter}i{_end}"] = 1024**_power

_SIZE = regex(r"([0-9][0-9,]{0,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*([A-Za-z]{0,3})")
_SHOWN = ("B", "kB", "MB", "GB", "TB", "PB")


def read_size(text: str) -> int:
    """The bytes that `200MB`, `1.5 GiB` or `4096` say; a UsageError for anything else."""
    match = _SIZE.fullmatch(text.strip())
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise UsageError(
            f"invalid size {text!r}: write a number and a unit, such as 200MB or 1.5GiB"
        )
    number = float(match[1].replace(",", ""))
    return int(number * unit)


def size(number: float | None) -> str:
    """Bytes with three digits, in units of 1000 as docker has them: `999 B`, `43.2 MB`.

    `unknown` for None.
    """
    if number is None:
        return "unknown"
    value = abs(float(number))
    unit = 0
    while value >= 999.5 and unit < len(_SHOWN) - 1:
        value /= 1000
        unit += 1
    digits = _digits(value) if unit else 0
    sign = "-" if number < 0 else ""
    return f"{sign}{value:.{digits}f} {_SHOWN[unit]}"


def size_change(number: float | None) -> str:
    """A change in bytes: `+1.20 MB`, `-3 B`, `0 B`."""
    if number is None or number <= 0:
        return size(number)
    return f"+{size(number)}"


def _digits(value: float) -> int:
    if value < 9.995:
        return 2
    return 1 if value < 99.95 else 0
