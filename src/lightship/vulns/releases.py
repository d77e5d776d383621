"""Whether a record is about the release of a distribution that a package is of.

Records name it after the colon: `Debian:13`, `Alpine:v3.20`, `Ubuntu:24.04:LTS`,
`Red Hat:enterprise_linux:9::appstream`, `openSUSE:Leap 15.6 NonFree`. SUSE names the product
or module that ships a package before it: `SUSE:Linux Enterprise Module for Basesystem 15 SP5`.
"""

from __future__ import annotations

_PRO = "Pro:"
_RED_HAT = "enterprise_linux:"
_NOT_FREE = " NonFree"
_ENTERPRISE = "Linux Enterprise "
_SUPPORT = "-"  # before LTSS, ESPOS
_BY_MAJOR = ("AlmaLinux", "Rocky Linux")


def is_of_release(ecosystem: str, release: str) -> bool:
    """Whether a record's ecosystem is that of the release; one without a colon is of all."""
    name, colon, suffix = ecosystem.partition(":")
    if not colon or not release:
        return True
    if name == "Ubuntu":
        return suffix.removeprefix(_PRO).removesuffix(":LTS") == release
    if name == "Red Hat":
        product = suffix.removeprefix(_RED_HAT)
        return product != suffix and product.partition(":")[0] == release
    if name == "openSUSE":
        return suffix.removesuffix(_NOT_FREE) == release
    if name == "SUSE":
        product = suffix.partition(_SUPPORT)[0]
        return product.startswith(_ENTERPRISE) and product.endswith(f" {release}")
    if name in _BY_MAJOR:
        return suffix.partition(".")[0] == release
    return suffix == release


def is_paid(ecosystem: str) -> bool:
    """Whether the fixes are in Ubuntu Pro alone."""
    return ecosystem.startswith(f"Ubuntu:{_PRO}")
