"""Dockerfiles that are made for one release, as their names say: rows of a matrix of releases."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lightship.base_images.lifetimes import Release
from lightship.build import Build
from lightship.regex import regex

_PRODUCTS = r"(?:py|python|node|nodejs|debian|ubuntu|alpine|centos|el)"


def is_row_of_matrix(build: Build, releases: Iterable[Release]) -> bool:
    """Whether the Dockerfile's name, its directory, or what is built names one of the releases.

    `python3.8.dockerfile`, `3.8/Dockerfile`, `Dockerfile.py38`, `debian/buster/Dockerfile`; a tag
    `acme/base:py38`; the name of a stage.
    """
    path = build.repository.dockerfile or build.path or ""
    file = "/".join(path.split("/")[-2:])
    names = [*build.repository.names]
    names += [stage.name for stage in build.dockerfile.stages if stage.name is not None]
    for release in releases:
        words = _words_for(release)
        if words.search(file) or _bare(release).search(file):
            return True
        if any(map(words.search, names)):
            return True
    return False


def _words_for(release: Release) -> re.Pattern[str]:
    """How a name may write the release."""
    version = re.escape(release.version).replace(r"\.", "[._-]")
    short = release.version.replace(".", "")
    ways = [
        rf"(?<![0-9.]){_PRODUCTS}[-_.:]?{version}(?![0-9])",
        rf"(?<![a-z0-9]){_PRODUCTS}[-_.:]?{short}(?![0-9])",
        rf"dockerfile[-_.]{short}(?![0-9.])",
    ]
    year, _, month = release.version.partition(".")
    if release.product == "Ubuntu" and month == "04":
        ways.append(rf"(?<![a-z])ubuntu[-_]?{year}(?![0-9])")
    if release.codename:
        ways.append(rf"(?<![a-z]){re.escape(release.codename)}(?![a-z])")
    return regex(rf"(?i){'|'.join(ways)}")


def _bare(release: Release) -> re.Pattern[str]:
    """The version alone: in a tag it may be that of the program."""
    version = re.escape(release.version)
    return regex(rf"(?i)(?:^|[/_-]|(?<![0-9])\.)v?{version}(?=[/_-]|\.[a-z]|$)")
