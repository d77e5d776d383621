"""Headers that tell a browser to be careful, and whether a value is weaker than another one.

A row for each header. What is stricter is never worse; what is weaker is, as far as somebody can
make use of it. A header that is not there has the rank 0, as has a value that browsers ignore.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from lightship.proof import content_policy
from lightship.regex import regex

HSTS, CSP, FRAMES = (
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
)
_AGE = regex(r"(?i)(?:^|;)\s*max-age\s*=\s*\"?(\d{1,18})")
_SUBDOMAINS = regex(r"(?i)(?:^|;)\s*includesubdomains\s*(?:;|$)")
# A year, which browsers' lists of such hosts ask for (hstspreload.org): more is as good
_LONG = 31_536_000
_SELF = "self"

IsWeaker = Callable[
    [str, str], bool
]  # the values before and after -> whether it is weaker

# The strength of each value, by what it forbids; of several the last one that is known counts
_RANKS: Mapping[str, Mapping[str, int]] = {
    FRAMES: {"deny": 2, "sameorigin": 1},
    "x-content-type-options": {"nosniff": 1},
    # What other sites are told: nothing, the origin, all of the address (Referrer Policy, 3)
    "referrer-policy": {
        "no-referrer": 2,
        "same-origin": 2,
        "strict-origin": 1,
        "strict-origin-when-cross-origin": 1,
        "origin": 1,
        "origin-when-cross-origin": 1,
        "no-referrer-when-downgrade": -1,
        "unsafe-url": -1,
    },
    "cross-origin-opener-policy": {
        "same-origin": 2,
        "same-origin-allow-popups": 1,
        "noopener-allow-popups": 1,
    },
    "cross-origin-embedder-policy": {"require-corp": 2, "credentialless": 1},
    "cross-origin-resource-policy": {"same-origin": 2, "same-site": 1},
}


def is_weaker(name: str, before: str, after: str) -> bool:
    """Whether the value after lets through what the one before did not; empty for no header."""
    return _ROWS[name](before, after)


def is_in_force(name: str, value: str) -> bool:
    """Whether a value forbids anything: HSTS with `max-age=0` does not (RFC 6797, 6.1.1)."""
    return is_weaker(name, value, "")


def _is_lower(ranks: Mapping[str, int], before: str, after: str) -> bool:
    return _rank(ranks, after) < _rank(ranks, before)


def _rank(ranks: Mapping[str, int], value: str) -> int:
    words = [word.partition(";")[0].strip().lower() for word in value.split(",")]
    known = [ranks[word] for word in words if word in ranks]
    return known[-1] if known else 0


def _is_shorter(before: str, after: str) -> bool:
    """HSTS: forgotten sooner than in a year, or no longer for hosts below (RFC 6797, 6.1)."""
    old = _seconds(before)
    new = _seconds(after)
    if new < min(old, _LONG):
        return True
    return bool(old and _SUBDOMAINS.search(before) and not _SUBDOMAINS.search(after))


def _seconds(value: str) -> int:
    """0 where there is none, by which a browser forgets it."""
    found = _AGE.search(value)
    return int(found[1]) if found else 0


def _allows_more_features(before: str, after: str) -> bool:
    """Permissions-Policy: what is not named is allowed to the page's own origin."""
    old = _features(before)
    new = _features(after)
    own = frozenset((_SELF,))
    for name, origins in old.items():
        added = new.get(name, own) - origins
        if added and "*" not in origins:
            return True
    return any("*" in origins and name not in old for name, origins in new.items())


def _features(value: str) -> Mapping[str, frozenset[str]]:
    """`camera=(), geolocation=(self "https://a.b")`."""
    found: dict[str, frozenset[str]] = {}
    for part in value.split(","):
        name, equals, origins = part.partition("=")
        if equals:
            words = origins.partition(";")[0].strip().strip("()").lower().split()
            found[name.strip().lower()] = frozenset(words)
    return found


def _allows_more_content(before: str, after: str) -> bool:
    return content_policy.compared_policies(before, after).is_weaker


_ROWS: Mapping[str, IsWeaker] = {
    HSTS: _is_shorter,
    CSP: _allows_more_content,
    "permissions-policy": _allows_more_features,
    **{name: partial(_is_lower, ranks) for name, ranks in _RANKS.items()},
}
HARDENING = frozenset(_ROWS)
