"""`PinTask` and `PinChoice`: what is done, and with which places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from fnmatch import fnmatchcase

from lightship.pins.pin_place import PinPlace
from lightship.record import record


class PinTask(StrEnum):
    """What is done: pin what is not pinned, say whether all is, renew pins, take them away."""

    PIN = "pin"
    CHECK = "check"
    UPDATE = "update"
    REMOVE = "remove"


@record
class PinChoice:
    """Which places are meant, by patterns of names; with `offline` nothing is asked of them."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    offline: bool = False

    def skipping(self, patterns: Iterable[str]) -> PinChoice:
        """The same without what these patterns name."""
        return replace(self, skip=(*self.skip, *patterns))

    def takes(self, place: PinPlace) -> bool:
        """Whether a place is meant, by its name with the tag, or without."""
        names = {place.name, place.name.partition("@")[0]}
        if place.image is not None:
            names.add(place.image.name)
        if _fits(names, self.skip):
            return False
        return not self.only or _fits(names, self.only)

    def looks_up(self, place: PinPlace, task: PinTask) -> bool:
        """Whether the task has to know what the tag of a place means."""
        if self.offline or task is PinTask.REMOVE or not self.takes(place):
            return False
        if place.end is None or not place.tag:
            return False
        if task is PinTask.PIN:
            return not place.pin
        return bool(place.pin) or task is PinTask.CHECK


def _fits(names: Iterable[str], patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, each) for name in names for each in patterns)
