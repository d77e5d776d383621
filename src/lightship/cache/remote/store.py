"""`Store`: the caches of one repository while runs read and write them."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.cache.remote.exported import ExportedCache
from lightship.cache.remote.setting import Address
from lightship.record import record

_KEPT_DAYS = 7
"""Days without a read after which GitHub removes a cache (docs.github.com, dependency caching)."""
_DAY = 86_400
MOST_BYTES = 10 * 1024**3
"""What GitHub keeps of a repository's caches; those that were read longest ago go first."""
# GitHub's own; a registry, a bucket keeps what it is told to
_EVICTED = ("gha", "kept")


@record(eq=False, frozen=False)
class _Entry:
    cache: ExportedCache
    used: int
    number: int
    size: int


class Store:
    """By address; what is written replaces what was there, but for entries of actions/cache, which
    never change.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._entries: dict[Address, _Entry] = {}
        self._number = 0
        self._most_bytes = most_bytes
        self.evicted: set[Address] = set()
        # Those of them that others have pushed out
        self.pushed_out: set[Address] = set()

    def read(self, tried: Iterable[Address], time: int) -> ExportedCache | None:
        """The first of several addresses that has a cache."""
        for address in tried:
            for own in self._matching(address):
                entry = self._entries.get(own)
                if entry is None:
                    continue
                if _is_too_old(own, entry, time):
                    del self._entries[own]
                    self.evicted.add(own)
                    continue
                entry.used = max(entry.used, time)
                return entry.cache
        return None

    def was_evicted(self, tried: Iterable[Address]) -> bool:
        """Whether something was there, and is gone."""
        return _is_among(tried, self.evicted)

    def was_pushed_out(self, tried: Iterable[Address]) -> bool:
        """Whether something was there, and is gone since others needed the room."""
        return _is_among(tried, self.pushed_out)

    def write(
        self,
        address: Address,
        cache: ExportedCache,
        time: int,
        size: int = 0,
    ) -> None:
        """Put a cache of so many bytes there."""
        never_changes = address[0] == "kept"
        if never_changes and address in self._entries:
            return
        self._number += 1
        entry = _Entry(cache, time, self._number, size)
        self._entries[address] = entry
        self.evicted.discard(address)
        self.pushed_out.discard(address)
        if size:
            self._make_room(address)

    def _make_room(self, newest: Address) -> None:
        """Let go what was read longest ago, until the rest is as much as GitHub keeps."""
        entries = self._entries
        counted = [own for own in entries if own[0] in _EVICTED]
        counted.sort(key=lambda own: entries[own].used)
        total = sum(entries[own].size for own in counted)
        for own in counted:
            if total <= self._most_bytes:
                return
            if own == newest:
                continue
            entry = entries.pop(own)
            total -= entry.size
            self.evicted.add(own)
            self.pushed_out.add(own)

    def _matching(self, address: Address) -> list[Address]:
        """The address; of the start of a key all that start so, the newest first."""
        if address[0] != "kept*":
            return [address]
        entries = self._entries
        matching = [own for own in entries if _starts(own, address)]
        matching.sort(key=lambda own: -entries[own].number)
        return matching


def _is_too_old(address: Address, entry: _Entry, time: int) -> bool:
    """Whether nobody has read a cache for so long that GitHub has removed it."""
    if address[0] not in _EVICTED:
        return False
    seconds = time - entry.used
    return seconds > _KEPT_DAYS * _DAY


def _is_among(tried: Iterable[Address], gone: Iterable[Address]) -> bool:
    """Whether one of the addresses that are tried is gone, or one that starts so."""
    known = list(gone)
    for address in tried:
        is_start = address[0] == "kept*"
        for own in known:
            if own == address or (is_start and _starts(own, address)):
                return True
    return False


def _starts(own: Address, start: Address) -> bool:
    if own[0] != "kept" or own[2] != start[2]:
        return False
    return own[1].startswith(start[1])
