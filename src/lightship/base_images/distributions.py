"""Which release of a distribution an image is made from: Debian 13, Ubuntu 24.04, Alpine 3.22.

A tag names it (`python:3.13-slim-bookworm`, `ubuntu:24.04`), or it is what the tag means today
(`variants.py`). `debian:stable` and `debian:latest` are Debian 13 until 2027 (wiki.debian.org,
DebianReleases: a release every two years, in summer); `ubuntu:latest` is 24.04 or a later release.
"""

from __future__ import annotations

from lightship.base_images.lifetimes import (
    Release,
    official_name,
    parts,
    releases,
    version_numbers,
)
from lightship.base_images.reference import Reference
from lightship.base_images.variants import releases_of

_SYSTEMS = ("Debian", "Ubuntu", "Alpine")
# What a tag without a version means today, or an older release than that
_TODAY = {
    "debian": ("trixie", ("latest", "stable", "stable-slim")),
    "ubuntu": ("noble", ("latest",)),
    "alpine": ("alpine3.24", ("latest", "3")),
}
_OTHERS = ("windows", "nanoserver", "onbuild")
# The first releases whose python3 has the file EXTERNALLY-MANAGED. Sources: python3.11 of Debian
# 12 and of Ubuntu 23.04 (their release notes), Alpine's release notes of 3.19.0
_EXTERNALLY_MANAGED = (("Debian", "12"), ("Ubuntu", "23.04"), ("Alpine", "3.19"))


def distribution_of(image: Reference) -> Release | None:
    """The release of Debian, Ubuntu or Alpine that an image is made from; None where unknown."""
    if image.digest:
        return None
    if any(word in image.tag for word in _OTHERS):
        return None

    named = [part.release for part in parts(image)]
    systems = [release for release in named if release.product in _SYSTEMS]
    if not systems:
        return _meant_today(image)
    if len(systems) > 1:
        return None
    return systems[0]


def _meant_today(image: Reference) -> Release | None:
    """The release of a distribution that a tag means which names none."""
    name = official_name(image)
    if name is None:
        return None
    tag = image.tag or "latest"
    if name in _TODAY:
        release, tags = _TODAY[name]
        if tag in tags:
            return _release(release)

    version, *words = tag.split("-")
    if name == "python" and version in ("latest", "slim", "alpine"):
        words = [version, *words]
        version = "3"
    built_on = releases_of(name, version)
    if "alpine" in words:
        built_on = tuple(filter(_is_alpine, built_on))
    elif built_on and _is_alpine(built_on[0]):
        return None
    return _release(built_on[0]) if built_on else None


def _is_alpine(name: str) -> bool:
    return name.startswith("alpine")


def _release(name: str) -> Release | None:
    """The release of that codename, or of Alpine's version: `trixie`, `alpine3.22`."""
    for product in _SYSTEMS:
        for release in releases(product):
            if release.codename == name:
                return release
            if product == "Alpine" and name == f"alpine{release.version}":
                return release
    return None


def is_since(release: Release, product: str, version: str) -> bool:
    """Whether a release is that one of a product, or a later one."""
    if release.product != product:
        return False
    own_version = version_numbers(release.version)
    return own_version >= version_numbers(version)


def is_externally_managed(release: Release) -> bool:
    """Whether pip refuses to install into the Python of a release (PEP 668)."""
    return any(is_since(release, *since) for since in _EXTERNALLY_MANAGED)
