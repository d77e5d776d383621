"""`PinReport`: what became of each place, and the texts that are made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from lightship.pins.pin_place import PinPlace
from lightship.record import record
from lightship.text import Position, TextChange


class PinState(StrEnum):
    """Whether a place is pinned, and to what its tag means today.

    LEFT are names that no registry has; FAILED is what could not be looked up.
    """

    PINNED = "pinned"
    UNPINNED = "unpinned"
    STALE = "stale"
    LEFT = "left"
    FAILED = "failed"


@record(eq=False)
class PinResult:
    """What became of one place.

    `new` is what is written there, as the place says it, empty where it stays. `why` says why it
    stays, or what went wrong. `platforms` are those of the image that was looked up.
    """

    path: str
    position: Position
    place: PinPlace
    state: PinState
    new: str = ""
    why: str = ""
    platforms: tuple[str, ...] = ()


@record(eq=False)
class PinReport:
    """All places by file, what changes, and files that could not be read."""

    results: tuple[PinResult, ...]
    changes: Mapping[str, TextChange] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    is_written: bool = False

    @property
    def is_failed(self) -> bool:
        """Whether something could not be read or looked up: nothing is written then."""
        return bool(self.problems or self.counts[PinState.FAILED])

    @property
    def is_loose(self) -> bool:
        """Whether something is not pinned, or to what its tag no longer means."""
        counts = self.counts
        return bool(counts[PinState.UNPINNED] or counts[PinState.STALE])

    @property
    def counts(self) -> Counter[PinState]:
        """How many places are in each state."""
        return Counter(result.state for result in self.results)
