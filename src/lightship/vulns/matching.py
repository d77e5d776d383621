"""Which records are about an installed package, and what they say of its version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lightship.record import record
from lightship.vulns.advisory import Advisory, Affected
from lightship.vulns.affects import MODULE, NOT_AFFECTED, Extent, Judgement
from lightship.vulns.releases import is_of_release, is_paid

_PAID = "esm"  # in a version of Ubuntu Pro


class RecordEntry:
    """One of the entries that a record has for a package's name.

    `number` is the record's, as the database counts them. Most entries are of other releases or
    versions, so one is read when it is judged, and its record when it is about a package.
    """

    __slots__ = (
        "_advisory",
        "_extent",
        "_read_advisory",
        "_read_affected",
        "ecosystem",
        "number",
    )

    def __init__(
        self,
        number: int,
        ecosystem: str,
        read_affected: Callable[[], Affected],
        read_advisory: Callable[[int], Advisory],
    ) -> None:
        self.number = number
        self.ecosystem = ecosystem
        self._read_affected = read_affected
        self._read_advisory = read_advisory
        self._extent: Extent | None = None
        self._advisory: Advisory | None = None

    @property
    def extent(self) -> Extent:
        if self._extent is None:
            self._extent = Extent(self._read_affected())
        return self._extent

    @property
    def advisory(self) -> Advisory:
        if self._advisory is None:
            self._advisory = self._read_advisory(self.number)
        return self._advisory


Lookup = Callable[[str, str], Sequence[RecordEntry]]
"""All candidates for an ecosystem's name before the colon, and a package's name."""


@record
class LookedUp:
    """A package as records name it: the same for all that were built from one source."""

    ecosystem: str
    release: str
    lookups: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return self.lookups[0][0]

    @property
    def version(self) -> str:
        return self.lookups[0][1]


@record
class Hit:
    """A record that is about a version, the first version with its fix, and its urgency."""

    advisory: Advisory
    fixed: str
    urgency: str


@record
class Hits:
    """Records that are about a package, and how many could not be decided."""

    found: tuple[Hit, ...]
    unsure: int = 0


def hits_of(package: LookedUp, lookup: Lookup) -> Hits:
    """All records that are about a package, each once."""
    found: dict[int, Hit] = {}
    unsure: set[int] = set()
    for name, version in package.lookups:
        candidates = lookup(package.ecosystem, name)
        for entries in _by_record(package, candidates):
            number = entries[0].number
            hit, judgement = _judged(entries, version)
            if hit is not None:
                found.setdefault(number, hit)
            elif judgement.is_unsure:
                unsure.add(number)
    return Hits(tuple(found.values()), len(unsure - found.keys()))


def _by_record(
    package: LookedUp, candidates: Iterable[RecordEntry]
) -> Iterable[list[RecordEntry]]:
    """The entries of each record that are about the package's release."""
    entries: dict[int, list[RecordEntry]] = {}
    for candidate in candidates:
        if is_of_release(candidate.ecosystem, package.release):
            entries.setdefault(candidate.number, []).append(candidate)
    return [_without_paid(found) for found in entries.values()]


def _without_paid(entries: list[RecordEntry]) -> list[RecordEntry]:
    """What Ubuntu says of all users counts before what it says of those of Ubuntu Pro."""
    free = [entry for entry in entries if not is_paid(entry.ecosystem)]
    return free or entries


def _judged(
    entries: Iterable[RecordEntry], version: str
) -> tuple[Hit | None, Judgement]:
    """The first entry that is about a version; an unsure one only where there is none."""
    last = NOT_AFFECTED
    for entry in entries:
        if _is_of_other_module(entry, version):
            continue
        judgement = entry.extent.judged(version)
        if judgement.is_affected:
            fixed = _fixed(entry, judgement, version)
            return Hit(entry.advisory, fixed, entry.extent.urgency), judgement
        last = judgement if judgement.is_unsure else last
    return None, last


def _fixed(entry: RecordEntry, judgement: Judgement, version: str) -> str:
    """A fix that only who pays is given is none for others."""
    is_given = not is_paid(entry.ecosystem) or _PAID in version
    return judgement.fixed if is_given else ""


def _is_of_other_module(entry: RecordEntry, version: str) -> bool:
    """Whether a record is about a module's rpm and this is none, or the other way round."""
    is_module = entry.extent.is_fixed_by_module()
    return is_module is not None and is_module != (MODULE in version)
