"""Records of one flaw as one vulnerability.

CVE, GHSA, PYSEC, GO and a distribution's own id are one where records say that they are aliases, or
that one is upstream of the other. A distribution's notice about several CVEs (a DSA, an RLSA) is
no alias of any: it counts for each of them, else it would make one of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lightship.record import record
from lightship.vulns.affects import key_of
from lightship.vulns.exploitation import NOTHING_KNOWN, Exploitation
from lightship.vulns.matching import Hit
from lightship.vulns.orders.key import Key
from lightship.vulns.severity import (
    UNRATED,
    RatedSeverity,
    Rating,
    rated,
    rated_by_word,
    severity_order,
)

_CVE, _GHSA, _MALWARE = "CVE-", "GHSA-", "MAL-"
_UNIMPORTANT = ("unimportant", "negligible")
_MALICIOUS = RatedSeverity(Rating.CRITICAL)

Borrow = Callable[[Sequence[str]], RatedSeverity]
"""The severity that other records state for one of these ids."""


@record
class Vulnerability:
    """One flaw, under all names that records have for it.

    `id` is the CVE where there is one. `records` are those that are about the package; `fixed` is
    the first version that all of them call fixed, empty where no fix is known. `exploitation` is
    what the user's copy of KEV and EPSS says.
    """

    id: str
    ids: tuple[str, ...]
    records: tuple[str, ...]
    summary: str
    severity: RatedSeverity
    fixed: str
    exploitation: Exploitation = NOTHING_KNOWN

    @property
    def is_exploited(self) -> bool:
        """Whether it is in the catalog of known exploited vulnerabilities."""
        return self.exploitation.kev is not None


def merged(
    ecosystem: str, hits: Iterable[Hit], borrow: Borrow
) -> tuple[Vulnerability, ...]:
    """Each flaw once, by id."""
    groups = _Groups()
    for hit in hits:
        for names in _names(hit):
            groups.add(names, hit)
    found: list[Vulnerability] = []
    for all_names, group in groups.all():
        vulnerability = _vulnerability(ecosystem, all_names, group, borrow)
        found.append(vulnerability)
    found.sort(key=lambda item: item.id)
    return tuple(found)


def _names(hit: Hit) -> Iterator[frozenset[str]]:
    """What a record calls its flaw; several times where it is about several."""
    advisory = hit.advisory
    cves = [name for name in advisory.upstream if name.startswith(_CVE)]
    if len(cves) > 1:
        yield from (frozenset((name,)) for name in cves)
    else:
        yield frozenset((advisory.id, *advisory.aliases, *advisory.upstream))


class _Groups:
    """Hits that share a name, directly or through others; cycles of aliases are none here."""

    def __init__(self) -> None:
        self._group_of: dict[str, int] = {}
        self._groups: dict[int, tuple[set[str], list[Hit]]] = {}

    def add(self, names: frozenset[str], hit: Hit) -> None:
        numbers = {self._group_of[name] for name in names if name in self._group_of}
        target = min(numbers, default=len(self._group_of))
        all_names, hits = self._groups.setdefault(target, (set(), []))
        for number in sorted(numbers - {target}):
            more_names, more_hits = self._groups.pop(number)
            all_names |= more_names
            hits += more_hits
        all_names |= names
        hits.append(hit)
        self._group_of.update(dict.fromkeys(all_names, target))

    def all(self) -> Iterable[tuple[set[str], list[Hit]]]:
        return self._groups.values()


def _vulnerability(
    ecosystem: str, names: set[str], hits: Sequence[Hit], borrow: Borrow
) -> Vulnerability:
    records = sorted({hit.advisory.id for hit in hits})
    ids = sorted(names | set(records), key=_rank)
    summaries = (hit.advisory.summary for hit in hits)
    summary = next(filter(None, summaries), "")
    severity = _severity(ids, hits, borrow)
    fixed = {hit.fixed for hit in hits if hit.fixed}
    return Vulnerability(
        ids[0],
        tuple(ids),
        tuple(records),
        summary,
        severity,
        _last(ecosystem, fixed),
    )


def _rank(name: str) -> tuple[int, str]:
    """CVEs first, then GHSAs, then all others."""
    if name.startswith(_CVE):
        return 0, name
    if name.startswith(_GHSA):
        return 1, name
    return 2, name


def _severity(ids: Sequence[str], hits: Sequence[Hit], borrow: Borrow) -> RatedSeverity:
    """The worst that the records state; what no record rates is borrowed from others."""
    if any(name.startswith(_MALWARE) for name in ids):
        return _MALICIOUS
    for hit in hits:
        if hit.urgency in _UNIMPORTANT:
            return rated_by_word(hit.urgency)
    advisories = [hit.advisory for hit in hits]
    stated = [rated(item.vectors, item.rating) for item in advisories]
    worst = max(stated, key=severity_order, default=UNRATED)
    return worst if worst.rating else borrow(ids)


def _last(ecosystem: str, versions: set[str]) -> str:
    """The highest version; the texts decide where one has no place in the order."""
    keys: dict[str, Key] = {}
    for version in versions:
        key = key_of(ecosystem, version)
        if key is None:
            return max(versions)
        keys[version] = key
    return max(sorted(versions), key=keys.__getitem__, default="")
