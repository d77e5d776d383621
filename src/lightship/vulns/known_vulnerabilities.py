"""Installed packages -> what is known against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lightship.record import record
from lightship.vulns.judged_package import JudgedPackage
from lightship.vulns.matching import LookedUp, Lookup, hits_of
from lightship.vulns.merging import Borrow, Vulnerability, merged

_KERNEL = "a part of Linux, which an image does not run"
_KERNELS = ("linux", "linux-")  # names of sources, and how others of them begin
_DEBS = ("Debian", "Ubuntu")


@record
class KnownFlaw:
    """A vulnerability of a package; `subjects` are those installed that were built from it."""

    vulnerability: Vulnerability
    package: LookedUp
    subjects: tuple[JudgedPackage, ...]


@record
class Known:
    """All that is known against packages.

    `looked_up` counts the packages that could be judged, `left_out` the others by reason, `unsure`
    the pairs of package and record that could not be decided.
    """

    findings: tuple[KnownFlaw, ...]
    looked_up: int
    left_out: tuple[tuple[str, int], ...]
    unsure: int


def known_against(
    subjects: Iterable[JudgedPackage], lookup: Lookup, borrow: Borrow
) -> Known:
    """The vulnerabilities of all packages, the worst first."""
    left_out: Counter[str] = Counter()
    packages: dict[LookedUp, list[JudgedPackage]] = {}
    for subject in subjects:
        obstacle = subject.obstacle or _kernel(subject)
        if obstacle:
            left_out[obstacle] += 1
            continue
        package = LookedUp(subject.ecosystem, subject.release, subject.lookups)
        packages.setdefault(package, []).append(subject)
    findings: list[KnownFlaw] = []
    unsure = 0
    for package in sorted(packages, key=lookup_order):
        installed = packages[package]
        hits = hits_of(package, lookup)
        unsure += hits.unsure
        findings += [
            KnownFlaw(flaw, package, tuple(installed))
            for flaw in merged(package.ecosystem, hits.found, borrow)
        ]
    looked_up = sum(map(len, packages.values()))
    reasons = tuple(sorted(left_out.items()))
    ordered = tuple(sorted(findings, key=flaw_order))
    return Known(ordered, looked_up, reasons, unsure)


def lookup_order(package: LookedUp) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """Those that are looked up by the same name come one after the other."""
    return package.ecosystem, package.lookups, package.release


def _kernel(subject: JudgedPackage) -> str:
    """Records of a kernel's source are about what runs; an image brings its headers at most."""
    if subject.ecosystem not in _DEBS:
        return ""
    source = subject.lookups[0][0]
    is_kernel = source == _KERNELS[0] or (
        source.startswith(_KERNELS[1]) and subject.name.startswith(_KERNELS[1])
    )
    return _KERNEL if is_kernel else ""


def flaw_order(
    finding: KnownFlaw,
) -> tuple[bool, int, float, float, str, str, str]:
    """What is exploited first, then by rating, by the probability of an exploit, by score."""
    flaw = finding.vulnerability
    return (
        not flaw.is_exploited,
        -flaw.severity.rating,
        -(flaw.exploitation.epss or 0.0),
        -(flaw.severity.score or 0.0),
        finding.package.name,
        finding.package.version,
        flaw.id,
    )
