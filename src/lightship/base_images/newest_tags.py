"""The tag that `latest` of an official image means, written as a version.

The versions are those of `lifetimes.py` and `variants.py`, as of the days that they name: a release
that came later is not known here, and an older one is still a version that is there.
"""

from __future__ import annotations

from datetime import date

from lightship.base_images.lifetimes import (
    Release,
    official_name,
    supported,
    version_numbers,
)
from lightship.base_images.reference import Reference
from lightship.base_images.variants import versions_of

_PRODUCTS = {
    "python": "Python",
    "node": "Node",
    "debian": "Debian",
    "ubuntu": "Ubuntu",
    "alpine": "Alpine",
}


def newest_tag(image: Reference, day: date) -> str | None:
    """`trixie` for debian, `3.14` for python; None for an image that is not known."""
    name = official_name(image)
    if name is None:
        return None
    product = _PRODUCTS.get(name)
    if product is None:
        return _newest(versions_of(name))
    releases = [item for item in supported(product, day) if _is_latest(item)]
    if not releases:
        return None
    release = releases[-1]
    return release.codename if product == "Debian" else release.version


def _is_latest(release: Release) -> bool:
    """Whether `latest` may mean it: of Ubuntu only releases with long-term support."""
    if release.product != "Ubuntu":
        return True
    year, _, month = release.version.partition(".")
    return int(year) % 2 == 0 and month == "04"


def _newest(versions: list[str]) -> str | None:
    """The newest of versions that are written as exactly as any of them."""
    if not versions:
        return None
    depth = max(version.count(".") for version in versions)
    exact = [version for version in versions if version.count(".") == depth]
    return max(exact, key=version_numbers)
