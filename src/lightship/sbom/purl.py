"""The package URL of a package, by the purl specification's types.

`distro` is of the specification for debs; scanners read a distribution's release from it for apks
and rpms as well. The source package has no qualifier: `upstream` is syft's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from packageurl import PackageURL

from lightship.record import record

if TYPE_CHECKING:
    from lightship.image.distribution import Distribution

_TYPES = {"python": "pypi"}  # manager -> type, where it is another word
DISTRIBUTIONS = ("deb", "apk", "rpm")
"""The managers of a distribution's own packages."""
_ARCHITECTURE = {"conda": "subdir"}  # manager -> qualifier, where it is another word
_WITH_PATHS = ("npm", "composer", "golang")  # `@types/node`, `symfony/http-kernel`
_LONGEST = 4096  # characters of a name or version
_VENDORS = {"rhel": "redhat", "opensuse-leap": "opensuse"}  # by the id of os-release


@record
class PackageName:
    """A name as a database has it, without the architecture that was put after it."""

    name: str
    version: str
    architecture: str = ""


def purl(manager: str, named: PackageName, distribution: Distribution | None) -> str:
    """The package URL; empty where the name or version cannot be one."""
    if max(len(named.name), len(named.version)) > _LONGEST:
        return ""
    namespace, name = _namespace(manager, named.name, distribution)
    epoch, version = _epoch(manager, named.version)
    qualifiers = {
        _ARCHITECTURE.get(manager, "arch"): named.architecture,
        "distro": _release(manager, distribution),
        "epoch": epoch,
    }
    try:
        url = PackageURL(
            _TYPES.get(manager, manager),
            namespace or None,
            name,
            version or None,
            _filled(qualifiers),
        )
        return url.to_string()
    except ValueError:
        return ""


def _filled(qualifiers: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in qualifiers.items() if value}


def _namespace(
    manager: str, name: str, distribution: Distribution | None
) -> tuple[str, str]:
    """Who publishes a package, and its name there."""
    if manager == "npm" and not name.startswith("@"):
        return "", name
    if manager == "maven":
        group, _, artifact = name.rpartition(":")
        return group, artifact
    if manager in _WITH_PATHS:
        publisher, _, rest = name.rpartition("/")
        return publisher, rest
    if manager not in DISTRIBUTIONS:
        return "", name
    vendor = distribution.id if distribution else ""
    return _VENDORS.get(vendor, vendor), name


def _epoch(manager: str, version: str) -> tuple[str, str]:
    """An rpm's epoch is a qualifier, a deb's a part of its version."""
    epoch, colon, rest = version.partition(":")
    if manager == "rpm" and colon:
        return epoch, rest
    return "", version


def _release(manager: str, distribution: Distribution | None) -> str:
    if manager not in DISTRIBUTIONS or distribution is None or not distribution.id:
        return ""
    release = distribution.version or distribution.codename
    return f"{distribution.id}-{release}" if release else distribution.id
