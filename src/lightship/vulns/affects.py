"""Whether a version is affected, as the schema of OSV says it (evaluation).

A version is affected that is in any range or among the listed ones. Within a range the events are
sorted by version here: records need not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
MODULE = ".module"  # in the release of an rpm that is of a module


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
_UNSURE = Judgement(is_unsure=True)
_LISTED = Judgement(is_affected=True)


class Extent:
    """The versions that an entry is about, put in order.

    Many versions may be asked: what is worked out of the entry alone is worked out once.
    """

    __slots__ = ("_affected", "_listed_keys", "_stretches", "urgency")

    def __init__(self, affected: Affected) -> None:
        self._affected = affected
        self._stretches = [
            _Stretch(affected.ecosystem, item) for item in affected.ranges
        ]
        self._listed_keys: frozenset[Key | None] | None = None
        self.urgency = affected.urgency

    def judged(self, version: str) -> Judgement:
        """What the entry says of one version of its package."""
        verdict = self.judged_by_ranges(version)
        is_listed = not verdict.is_affected and self._is_listed(version)
        return _LISTED if is_listed else verdict

    def judged_by_ranges(self, version: str) -> Judgement:
        """The same, but for the versions that are only listed."""
        is_unsure = False
        for stretch in self._stretches:
            verdict = stretch.judged(version)
            if verdict.is_affected:
                return verdict
            is_unsure = is_unsure or verdict.is_unsure
        return _UNSURE if is_unsure else NOT_AFFECTED

    def outside_ranges(self, versions: Sequence[str]) -> tuple[str, ...]:
        """Those of many versions that no range holds for sure."""
        for stretch in self._stretches:
            versions = [version for version in versions if not stretch.holds(version)]
        return tuple(versions)

    def is_fixed_by_module(self) -> bool | None:
        """Whether a fix is an rpm of a module; None where there is no fix."""
        fixes = [fix for stretch in self._stretches for fix in stretch.fixes]
        return any(MODULE in fix for fix in fixes) if fixes else None

    def _is_listed(self, version: str) -> bool:
        """`1.0` is listed where `1.0.0` is, if the ecosystem takes them for the same."""
        listed = self._affected.versions
        if not listed or version in listed:
            return bool(listed)
        if self._affected.ranges and self._affected.ecosystem != _PYTHON:
            return False  # a list beside ranges repeats them, in the same spelling
        ecosystem = self._affected.ecosystem
        own = key_of(ecosystem, version)
        if own is None:
            return False
        if self._listed_keys is None:
            self._listed_keys = frozenset(key_of(ecosystem, text) for text in listed)
        return own in self._listed_keys


class _Stretch:
    """A range, its events in order."""

    __slots__ = ("_events", "_is_ordered", "_limits", "_order", "fixes")

    def __init__(self, ecosystem: str, item: VersionRange) -> None:
        self._order = _SEMVER if item.is_semver else ecosystem
        keyed = [
            (_event_key(self._order, text), kind, text) for kind, text in item.events
        ]
        events = [(key, kind, text) for key, kind, text in keyed if key is not None]
        events.sort(key=lambda event: (event[0], event[1] == INTRODUCED))
        self._is_ordered = len(events) == len(keyed)
        self._events = events
        self._limits = [key for key, kind, _ in events if kind == LIMIT]
        self.fixes = [text for kind, text in item.events if kind == FIXED]

    def judged(self, version: str) -> Judgement:
        own = key_of(self._order, version)
        if own is None or not self._is_ordered:
            return _UNSURE
        place = (1, own)
        if not self._is_inside(place):
            return NOT_AFFECTED
        return Judgement(True, self._next_fix(place))

    def holds(self, version: str) -> bool:
        """Whether a version is affected for sure."""
        own = key_of(self._order, version)
        return own is not None and self._is_ordered and self._is_inside((1, own))

    def _is_inside(self, place: Key) -> bool:
        """Whether a version lies after what introduced the flaw, and before what ended it."""
        if self._limits and not any(place < limit for limit in self._limits):
            return False
        inside = False
        for key, kind, _text in self._events:
            if place < key:
                break
            if kind == INTRODUCED:
                inside = True
            elif kind == FIXED or (kind == LAST_AFFECTED and place > key):
                inside = False
        return inside

    def _next_fix(self, place: Key) -> str:
        fixes = (
            text for key, kind, text in self._events if kind == FIXED and key > place
        )
        return next(fixes, "")


def without_repeated(affected: Affected) -> Affected:
    """The entry without the listed versions that its ranges have already.

    Most lists repeat the ranges, and are the longest part of a record.
    """
    if not affected.ranges or not affected.versions:
        return affected
    kept = Extent(affected).outside_ranges(affected.versions)
    return replace(affected, versions=kept)


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
