"""Dockerfiles that are made for one release, as their names say: rows of a matrix of releases."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lightship.base_images.lifetimes import Release
from lightship.build import Build
from lightship.regex import regex

_PRODUCTS = r"(?:py|python|node|nodejs|debian|ubuntu|alpine|centos|el)"


def is_row_of_matrix(build: Build, releases: Iterable[Release]) -> bool:
    """Whether the Dockerfile's name or its directory names one of the releases.

    `python3.8.dockerfile`, `3.8/Dockerfile`, `Dockerfile.py38`, `debian/buster/Dockerfile`.
    """
    path = build.repository.dockerfile or build.path or ""
    named = "/".join(path.split("/")[-2:])
    return any(_words_for(release).search(named) for release in releases)


def _words_for(release: Release) -> re.Pattern[str]:
    """How a name may write the release."""
    version = re.escape(release.version)
    short = release.version.replace(".", "")
    ways = [
        rf"(?<![0-9.]){_PRODUCTS}[-_.]?{version}(?![0-9])",
        rf"(?<![a-z0-9]){_PRODUCTS}[-_.]?{short}(?![0-9])",
        rf"(?:^|[/_-]|(?<![0-9])\.)v?{version}(?=[/_-]|\.[a-z]|$)",
    ]
    if release.codename:
        ways.append(rf"(?<![a-z]){re.escape(release.codename)}(?![a-z])")
    return regex(rf"(?i){'|'.join(ways)}")
