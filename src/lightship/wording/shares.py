"""Shares of a whole, as people write them and read them."""

from __future__ import annotations

from lightship.errors import UsageError
from lightship.regex import regex

_SHARE = regex(r"([0-9]{1,9}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})\s*(%?)")


def read_share(text: str) -> float:
    """The share that `90%` or `0.9` says, from 0 to 1; a UsageError for anything else."""
    found = _SHARE.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= share <= 1:
        raise UsageError(
            f"{text!r} is no share: write a number from 0 to 1, or one with %, such as 90%"
        )
    return share


def percent(share: float, digits: int = 1) -> str:
    """A share of 1 in percent; what is not all is never rounded to 100 %, what is not nothing never to 0 %."""
    value, least = round(share * 100, digits), 10**-digits
    if value == 0 and share > 0:
        return f"< {least:.{digits}f} %"
    return f"{100 - least if value == 100 and share < 1 else value:.{digits}f} %"
