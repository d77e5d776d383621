"""Which records are about an installed package, and what they say of its version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lightship.record import record
from lightship.vulns.advisory import Advisory, Affected
from lightship.vulns.affects import NOT_AFFECTED, Judgement, judged
from lightship.vulns.releases import is_of_release, is_paid

_MODULE = ".module"  # in the release of an rpm that is of a module
_PAID = "esm"  # in a version of Ubuntu Pro


@record
class RecordEntry:
    """A record, and one of the entries that it has for a package's name."""

    advisory: Advisory
    affected: Affected


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
    found: dict[str, Hit] = {}
    unsure: set[str] = set()
    for name, version in package.lookups:
        candidates = lookup(package.ecosystem, name)
        for entries in _by_record(package, candidates):
            advisory = entries[0].advisory
            hit, judgement = _judged(entries, version)
            if hit is not None:
                found.setdefault(advisory.id, hit)
            elif judgement.is_unsure:
                unsure.add(advisory.id)
    return Hits(tuple(found.values()), len(unsure - found.keys()))


def _by_record(
    package: LookedUp, candidates: Iterable[RecordEntry]
) -> Iterable[list[RecordEntry]]:
    """The entries of each record that are about the package's release."""
    entries: dict[str, list[RecordEntry]] = {}
    for candidate in candidates:
        if is_of_release(candidate.affected.ecosystem, package.release):
            entries.setdefault(candidate.advisory.id, []).append(candidate)
    return [_without_paid(found) for found in entries.values()]


def _without_paid(entries: list[RecordEntry]) -> list[RecordEntry]:
    """What Ubuntu says of all users counts before what it says of those of Ubuntu Pro."""
    free = [entry for entry in entries if not is_paid(entry.affected.ecosystem)]
    return free or entries


def _judged(
    entries: Iterable[RecordEntry], version: str
) -> tuple[Hit | None, Judgement]:
    """The first entry that is about a version; an unsure one only where there is none."""
    last = NOT_AFFECTED
    for entry in entries:
        affected = entry.affected
        if _is_of_other_module(affected, version):
            continue
        judgement = judged(affected, version)
        if judgement.is_affected:
            fixed = _fixed(affected, judgement, version)
            return Hit(entry.advisory, fixed, affected.urgency), judgement
        last = judgement if judgement.is_unsure else last
    return None, last


def _fixed(affected: Affected, judgement: Judgement, version: str) -> str:
    """A fix that only who pays is given is none for others."""
    is_given = not is_paid(affected.ecosystem) or _PAID in version
    return judgement.fixed if is_given else ""


def _is_of_other_module(affected: Affected, version: str) -> bool:
    """Whether a record is about a module's rpm and this is none, or the other way round."""
    fixes = [
        text
        for item in affected.ranges
        for kind, text in item.events
        if kind == "fixed"
    ]
    is_module = any(_MODULE in text for text in fixes)
    return bool(fixes) and is_module != (_MODULE in version)
