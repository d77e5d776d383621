"""Shares of a whole, as people write them and read them."""

from __future__ import annotations

from lightship.errors import UsageError
from lightship.regex import regex

_SHARE = regex(r"([0-9]{1,9}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*(%?)")


def read_share(text: str) -> float:
    """The share that `90%` or `0.9` says, from 0 to 1; a UsageError for anything else."""
    match = _SHARE.fullmatch(text.strip())
    share = float(match[1]) if match else -1.0
    if match and match[2]:
        share /= 100
    if not 0 <= share <= 1:
        raise UsageError(
            f"invalid share {text!r}: write a number from 0 to 1, or one with %, such as 90%"
        )
    return share


def percent(share: float, digits: int = 1) -> str:
    """A share of 1 in percent: 100 % only where it is all, and 0 % only where it is nothing."""
    value = round(share * 100, digits)
    least = 10**-digits
    if value == 0 and share > 0:
        return f"< {least:.{digits}f} %"
    if value == 100 and share < 1:
        value = 100 - least
    return f"{value:.{digits}f} %"


def percent_of(part: int, whole: int, digits: int = 0) -> str:
    """What share of the whole a part is; `0 %` of nothing."""
    return percent(part / whole, digits) if whole else "0 %"


def exact_percent(share: float) -> str:
    """A share as somebody wrote it, with the digits that it has: `90 %`, `97.5 %`."""
    return f"{share * 100:g} %"
