"""Whether a version is affected, as the schema of OSV says it (evaluation).

A version is affected that is in any range or among the listed ones. Within a range the events are
sorted by version here: records need not be.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lightship.record import record
from lightship.vulns.advisory import (
    FIXED,
    INTRODUCED,
    LAST_AFFECTED,
    LIMIT,
    Affected,
    VersionRange,
)
from lightship.vulns.orders.key import Key
from lightship.vulns.version_order import is_ordered, version_key

_PYTHON = "PyPI"
_SEMVER = "npm"  # an ecosystem whose order is that of Semantic Versioning
_LOWEST: Key = (0,)
_ANY = "*"


@record
class Judgement:
    """Whether a version is affected, and the first version after it that is not.

    `fixed` is empty where no fix is known. `is_unsure` is for a version, or one of the record, that
    has no place in the order.
    """

    is_affected: bool = False
    fixed: str = ""
    is_unsure: bool = False


NOT_AFFECTED = Judgement()


def judged(affected: Affected, version: str) -> Judgement:
    """What a record says of one version of its package."""
    verdicts = [_in_range(affected, item, version) for item in affected.ranges]
    is_unsure = any(verdict.is_unsure for verdict in verdicts)
    for verdict in verdicts:
        if verdict.is_affected:
            return verdict
    if _is_listed(affected, version):
        return Judgement(is_affected=True)
    return Judgement(is_unsure=is_unsure)


def _is_listed(affected: Affected, version: str) -> bool:
    """`1.0` is listed where `1.0.0` is, if the ecosystem takes them for the same."""
    if version in affected.versions:
        return True
    if affected.ranges and affected.ecosystem != _PYTHON:
        return False  # a list beside ranges repeats them, in the same spelling
    own = key_of(affected.ecosystem, version)
    return own is not None and any(
        key_of(affected.ecosystem, other) == own for other in affected.versions
    )


def _in_range(affected: Affected, item: VersionRange, version: str) -> Judgement:
    order = _SEMVER if item.is_semver else affected.ecosystem
    own = key_of(order, version)
    events = [(_event_key(order, text), kind, text) for kind, text in item.events]
    keyed = [(key, kind, text) for key, kind, text in events if key is not None]
    if own is None or len(keyed) < len(events):
        return Judgement(is_unsure=True)
    place = (1, own)
    limits = [key for key, kind, _ in keyed if kind == LIMIT]
    if limits and not any(place < limit for limit in limits):
        return NOT_AFFECTED
    keyed.sort(key=lambda event: (event[0], event[1] == INTRODUCED))
    if not _is_between(keyed, place):
        return NOT_AFFECTED
    return Judgement(True, _next_fix(keyed, place))


def _is_between(events: Iterable[tuple[Key, str, str]], place: Key) -> bool:
    """Whether a version lies after what introduced the flaw, and before what ended it."""
    inside = False
    for key, kind, _text in events:
        if kind == INTRODUCED and place >= key:
            inside = True
        elif (kind == FIXED and place >= key) or (
            kind == LAST_AFFECTED and place > key
        ):
            inside = False
    return inside


def _next_fix(events: Iterable[tuple[Key, str, str]], place: Key) -> str:
    fixes = (text for key, kind, text in events if kind == FIXED and key > place)
    return next(fixes, "")


def _event_key(order: str, text: str) -> Key | None:
    """`0` is before all versions, and `*` after them."""
    if text == "0":
        return _LOWEST
    if text == _ANY:
        return (2,)
    key = key_of(order, text)
    return None if key is None else (1, key)


@lru_cache(1 << 16)
def key_of(order: str, version: str) -> Key | None:
    """What a version is compared by; None where it has no place in the order."""
    if not is_ordered(order):
        return None
    try:
        return version_key(order, version)
    except ValueError:
        return None
