"""A package URL -> JudgedPackage: under which names and versions OSV has records of it.

A package URL names a distribution's package by `distro` (`debian-13`) and `upstream`, which are
qualifiers of scanners, not of the specification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from packageurl import PackageURL

from lightship.record import record
from lightship.vulns.judged_package import JudgedPackage, PackageOrigin
from lightship.vulns.read_osv import normal_name

_LANGUAGES = {
    "cargo": "crates.io",
    "composer": "Packagist",
    "gem": "RubyGems",
    "golang": "Go",
    "maven": "Maven",
    "npm": "npm",
    "nuget": "NuGet",
    "pypi": "PyPI",
}
_DISTRIBUTIONS = {
    ("apk", "alpine"): "Alpine",
    ("apk", "chainguard"): "Chainguard",
    ("apk", "wolfi"): "Wolfi",
    ("deb", "debian"): "Debian",
    ("deb", "ubuntu"): "Ubuntu",
    ("rpm", "almalinux"): "AlmaLinux",
    ("rpm", "redhat"): "Red Hat",
    ("rpm", "opensuse"): "openSUSE",
    ("rpm", "rocky"): "Rocky Linux",
    ("rpm", "rocky-linux"): "Rocky Linux",
    ("rpm", "suse"): "SUSE",
}
_SYSTEMS = ("apk", "deb", "rpm")
_MAVEN = "maven"
_VENDORS = {
    "opensuse-leap": "opensuse",
    "opensuse-tumbleweed": "opensuse",
    "red-hat": "redhat",
    "rhel": "redhat",
    "sle_hpc": "suse",
    "sled": "suse",
    "sles": "suse",
    "sles_sap": "suse",
}
_PACKS = 16  # the first SUSE that counts no service packs
_ROLLING = ("Chainguard", "Wolfi")
_CODENAMES = {
    "buster": "10",
    "bullseye": "11",
    "bookworm": "12",
    "trixie": "13",
    "forky": "14",
}
_NUMBERS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_MOST = 4096  # characters of a package URL
_SOURCE_END = ".src.rpm"
NO_PURL = "no package URL that can be read"
NO_VERSION = "no version"
NO_RELEASE = "no release of a distribution"
NO_GROUP = "no group, by which records name it"
NO_RECORDS = "no records in OSV that are read here"


@record
class Named:
    """What is known beside the package URL.

    The name as its ecosystem writes it, the source package, and the distribution of the whole
    (`debian-13`) for a package URL that does not say it.
    """

    name: str = ""
    version: str = ""
    source: str = ""
    source_version: str = ""
    distro: str = ""
    origin: PackageOrigin = PackageOrigin()


def subject_of(text: str, named: Named) -> JudgedPackage:
    """The package that a package URL names; what cannot be looked up says why."""
    try:
        url = PackageURL.from_string(text) if len(text) <= _MOST else None
    except ValueError:
        url = None
    if url is None:
        return _left_out(named, "", NO_PURL)
    name = _name(url, named)
    version = _version(url) or named.version
    subject = JudgedPackage(url.type, name, version, text, origin=named.origin)
    if not version:
        return _with(subject, obstacle=NO_VERSION)
    if url.type in _SYSTEMS:
        return _of_distribution(subject, url, named)
    ecosystem = _LANGUAGES.get(url.type, "")
    if not ecosystem:
        return _with(subject, obstacle=NO_RECORDS)
    if url.type == _MAVEN and not url.namespace:
        return _with(subject, obstacle=NO_GROUP)
    lookup = (normal_name(ecosystem, name), version)
    return _with(subject, ecosystem=ecosystem, lookups=(lookup,))


def _left_out(named: Named, kind: str, why: str) -> JudgedPackage:
    return JudgedPackage(
        kind, named.name, named.version, origin=named.origin, obstacle=why
    )


def _with(subject: JudgedPackage, **values: Any) -> JudgedPackage:
    return replace(subject, **values)


def _name(url: PackageURL, named: Named) -> str:
    """The name with its scope or path.

    packageurl lowers names of npm and Go, in which case counts: the document's own is taken where
    it is the same but for that.
    """
    between = ":" if url.type == _MAVEN else "/"
    full = f"{url.namespace}{between}{url.name}" if _has_path(url) else url.name
    return named.name if named.name.lower() == full.lower() else full


def _has_path(url: PackageURL) -> bool:
    return bool(url.namespace) and url.type not in _SYSTEMS


def _version(url: PackageURL) -> str:
    """The version, with the epoch that is a qualifier for rpm."""
    version = url.version or ""
    epoch = _qualifiers(url).get("epoch", "")
    return f"{epoch}:{version}" if epoch and ":" not in version else version


def _of_distribution(
    subject: JudgedPackage, url: PackageURL, named: Named
) -> JudgedPackage:
    distro = _qualifiers(url).get("distro", "") or named.distro
    identifier, _, release = distro.partition("-")
    vendor = _vendor(url, identifier)
    ecosystem = _DISTRIBUTIONS.get((url.type, vendor), "")
    if not ecosystem:
        return _with(subject, obstacle=NO_RECORDS)
    known = _release(ecosystem, release)
    if not known and ecosystem not in _ROLLING:
        return _with(subject, obstacle=NO_RELEASE)
    return _with(
        subject,
        ecosystem=ecosystem,
        release=known,
        lookups=_lookups(subject, url, named),
    )


def _vendor(url: PackageURL, identifier: str) -> str:
    """Who publishes it: `wolfi` stands in the namespace, `rhel` is Red Hat."""
    namespace = (url.namespace or identifier).lower()
    return _VENDORS.get(namespace, namespace)


def _release(ecosystem: str, release: str) -> str:
    """As OSV writes it: `13`, `24.04`, `v3.20`, `9`, `15 SP5`; empty where it is not known."""
    if ecosystem in _ROLLING:
        return ""
    if ecosystem == "openSUSE":
        return _open_suse(release)
    if ecosystem == "SUSE":
        return _suse(release)
    if ecosystem == "Ubuntu":
        return release
    parts = release.split(".")
    if ecosystem == "Alpine":
        is_known = len(parts) > 1 and all(part.isdigit() for part in parts[:2])
        return f"v{parts[0]}.{parts[1]}" if is_known else ""
    major = _CODENAMES.get(parts[0], parts[0])
    return major if major.isdigit() else ""


def _open_suse(release: str) -> str:
    """`leap-15.6` is `Leap 15.6`; what rolls has a day for a version."""
    name, _, version = release.partition("-")
    if name == "tumbleweed":
        return "Tumbleweed"
    return f"Leap {version}" if name == "leap" and version else ""


def _suse(release: str) -> str:
    """`15.5` is the fifth service pack of 15."""
    if not _NUMBERS.fullmatch(release):
        return ""
    major, _, minor = release.partition(".")
    if int(major) >= _PACKS:
        return release
    return major if int(minor or "0") == 0 else f"{major} SP{minor}"


def _lookups(
    subject: JudgedPackage, url: PackageURL, named: Named
) -> tuple[tuple[str, str], ...]:
    """Debian's and Alpine's records are of sources; those of rpms are of either.

    A source rpm with another version than the binary is not looked up: its epoch is not known.
    """
    own = (url.name, subject.version)
    source = _source(url, named)
    if source is None:
        return (own,)
    name, version = source
    if url.type == "rpm":
        is_same = subject.version.rpartition(":")[2] == version
        pairs = (own, (name, subject.version)) if is_same else (own,)
    else:
        pairs = ((name, version or subject.version),)
    return tuple(dict.fromkeys(pairs))


def _source(url: PackageURL, named: Named) -> tuple[str, str] | None:
    """The source package's name and version; no version where it is that of the binary."""
    if named.source:
        return named.source, named.source_version
    upstream = _qualifiers(url).get("upstream", "")
    if not upstream:
        return None
    if upstream.endswith(_SOURCE_END):
        name, version, release = f"--{upstream}".rsplit("-", 2)
        return name.lstrip("-"), f"{version}-{release.removesuffix(_SOURCE_END)}"
    name, _, version = upstream.partition("@")
    return name, version


def _qualifiers(url: PackageURL) -> Mapping[str, str]:
    return url.qualifiers
