"""Sizes and shares as people write them, and as they read them."""

from __future__ import annotations

from lightship.errors import UsageError
from lightship.regex import regex

# The units of go-humanize's ParseBytes, which dive reads its limits with: of 1000, and with an i of 1024
_UNITS = {"": 1, "b": 1}
_UNITS |= {f"{letter}{end}": 1000**at for at, letter in enumerate("kmgtp", 1) for end in ("", "b")}
_UNITS |= {f"{letter}i{end}": 1024**at for at, letter in enumerate("kmgtp", 1) for end in ("", "b")}
_SIZE = regex(r"([0-9][0-9,]{0,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*([A-Za-z]{0,3})")
_SHARE = regex(r"([0-9]{1,9}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*(%?)")
_SHOWN = ("B", "kB", "MB", "GB", "TB", "PB")


def read_size(text: str) -> int:
    """The bytes that `200MB`, `1.5 GiB` or `4096` say; a UsageError for anything else."""
    found = _SIZE.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        raise UsageError(f"{text!r} is no size: write a number and a unit, such as 200MB or 1.5GiB")
    return int(float(found[1].replace(",", "")) * unit)


def read_share(text: str) -> float:
    """The share that `90%` or `0.9` says, from 0 to 1; a UsageError for anything else."""
    found = _SHARE.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"{text!r} is no share: write a number from 0 to 1, or one with %, such as 90%")
    return share


def size(number: int) -> str:
    """Bytes with three digits, in units of 1000 as docker shows them: `999 B`, `43.2 MB`."""
    value, unit = float(number), 0
    while value >= 999.5 and unit < len(_SHOWN) - 1:
        value, unit = value / 1000, unit + 1
    if not unit:
        return f"{number} B"
    return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f} {_SHOWN[unit]}"


def percent(share: float) -> str:
    """A share of 1 with two digits behind the point, so that one near its limit is not shown as it."""
    return f"{share * 100:.2f} %"


def files(count: int) -> str:
    """`1 file`, `12,345 files`."""
    return f"{count:,} file{'s' * (count != 1)}"
