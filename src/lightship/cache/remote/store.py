"""`Store`: the caches of one repository while runs read and write them."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.cache.remote.exported import ExportedCache
from lightship.cache.remote.setting import Address
from lightship.record import record

_KEPT_DAYS = 7
"""Days without a read after which GitHub removes a cache (docs.github.com, dependency caching)."""
_DAY = 86_400
# GitHub's own; a registry, a bucket keeps what it is told to
_EVICTED = ("gha", "kept")


@record(eq=False, frozen=False)
class _Entry:
    cache: ExportedCache
    used: int
    number: int


class Store:
    """By address; what is written replaces what was there, but for entries of actions/cache, which
    never change.
    """

    def __init__(self) -> None:
        self._entries: dict[Address, _Entry] = {}
        self._number = 0
        self.evicted: set[Address] = set()

    def read(self, tried: Iterable[Address], time: int) -> ExportedCache | None:
        """The first of several addresses that has a cache."""
        for address in tried:
            for own in self._matching(address):
                entry = self._entries.get(own)
                if entry is None:
                    continue
                if own[0] in _EVICTED and time - entry.used > _KEPT_DAYS * _DAY:
                    del self._entries[own]
                    self.evicted.add(own)
                    continue
                entry.used = max(entry.used, time)
                return entry.cache
        return None

    def was_evicted(self, tried: Iterable[Address]) -> bool:
        """Whether something was there, and is gone since nobody read it."""
        for address in tried:
            is_prefix = address[0] == "kept*"
            for gone in self.evicted:
                if gone == address:
                    return True
                if is_prefix and _starts(gone, address):
                    return True
        return False

    def write(self, address: Address, cache: ExportedCache, time: int) -> None:
        if address[0] == "kept" and address in self._entries:
            return
        self._number += 1
        self._entries[address] = _Entry(cache, time, self._number)
        self.evicted.discard(address)

    def _matching(self, address: Address) -> list[Address]:
        """The address; of the start of a key all that start so, the newest first."""
        if address[0] != "kept*":
            return [address]
        found = [own for own in self._entries if _starts(own, address)]
        found.sort(key=lambda own: -self._entries[own].number)
        return found


def _starts(own: Address, start: Address) -> bool:
    if own[0] != "kept" or own[2] != start[2]:
        return False
    return own[1].startswith(start[1])
