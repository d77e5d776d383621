"""Which order holds in an ecosystem, as OSV names it.

What follows a colon (`Debian:13`) selects records; it does not change the order.
"""

from __future__ import annotations

from collections.abc import Callable

from lightship.vulns.orders.apk_order import apk_key
from lightship.vulns.orders.composer_order import composer_key
from lightship.vulns.orders.dpkg_order import dpkg_key
from lightship.vulns.orders.gem_order import gem_key
from lightship.vulns.orders.key import Key
from lightship.vulns.orders.maven_order import maven_key
from lightship.vulns.orders.pep440_order import pep440_key
from lightship.vulns.orders.rpm_order import rpm_key
from lightship.vulns.orders.semver_order import nuget_key, semver_key

LONGEST_VERSION = 1000  # characters; a longer one has no place in any order
_ORDERS: dict[str, Callable[[str], Key]] = {
    "AlmaLinux": rpm_key,
    "Alpine": apk_key,
    "Chainguard": apk_key,
    "Debian": dpkg_key,
    "Go": semver_key,
    "Maven": maven_key,
    "NuGet": nuget_key,
    "Packagist": composer_key,
    "PyPI": pep440_key,
    "Red Hat": rpm_key,
    "Rocky Linux": rpm_key,
    "RubyGems": gem_key,
    "SUSE": rpm_key,
    "Ubuntu": dpkg_key,
    "Wolfi": apk_key,
    "crates.io": semver_key,
    "npm": semver_key,
    "openSUSE": rpm_key,
}


def ecosystems() -> tuple[str, ...]:
    """All ecosystems whose versions can be compared here."""
    return tuple(sorted(_ORDERS, key=str.lower))


def family(ecosystem: str) -> str:
    """The name before the colon."""
    return ecosystem.partition(":")[0]


def is_ordered(ecosystem: str) -> bool:
    """Whether versions of the ecosystem can be compared here."""
    return family(ecosystem) in _ORDERS


def version_key(ecosystem: str, version: str) -> Key:
    """What a version is compared by; a ValueError where it is none."""
    name = family(ecosystem)
    if len(version) > LONGEST_VERSION:
        raise ValueError(f"a version of {name} of {len(version):,} characters")
    try:
        return _ORDERS[name](version)
    except ValueError:
        raise ValueError(f"not a version of {name}: {version!r}") from None
