"""`--fail-on`: which vulnerabilities fail."""

from __future__ import annotations

from lightship.vulns.merging import Vulnerability
from lightship.vulns.severity import Rating

EXPLOITED = "kev"
_NEVER, _ANY = "none", "any"


def is_reached(level: str, flaw: Vulnerability) -> bool:
    """Whether a vulnerability is as severe as a rating's label, or with `kev` exploited.

    `any` is every one, `none` no one.
    """
    if level == _NEVER:
        return False
    if level == EXPLOITED:
        return flaw.is_exploited
    least = Rating.UNKNOWN if level == _ANY else Rating[level.upper()]
    return flaw.severity.rating >= least
