"""Whether another release of the distribution has the packages that apt and apk install.

The names are in `distribution_packages.py`, the libraries in `shell/debian_libraries.py`. A name in
neither is unknown: the upgrade is then offered as a choice, and never made as a fix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.distribution_packages import (
    ALPINE,
    IN_BOTH,
    IN_ONE,
    PARTS,
    REMOVED,
    VERSIONS,
)
from lightship.regex import regex
from lightship.shell.debian_libraries import libraries_of, libraries_with_stem
from lightship.shell.packages import Package


class Availability(Enum):
    """Whether a release has a package."""

    THERE = "there"
    UNKNOWN = "unknown"
    GONE = "gone"


_MANAGERS = ("apt-get", "apt", "aptitude", "apk")
_LIBRARY = regex(r"lib.*[0-9](?:t64|v5)?")
_VERSIONED = regex(
    r"(?P<what>postgresql|openjdk|gcc|g\+\+|gfortran|clang|llvm|python|php|ruby|lua)"
    r"(?P<before>-client|-contrib|-server-dev|-plpython3)?-?"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<after>-.*)?"
)


# Any release of Ubuntu that still gets fixes
UBUNTU = "ubuntu"
# All of them have these (packages.ubuntu.com)
_JAVA_OF_UBUNTU = regex(r"openjdk-(?:8|11|17|21)-.*")
# `libboost1.71-dev`, `libpython3.8-dev`
_LIBRARY_OF_VERSION = regex(r"lib(?:boost|python|ruby|lua)[a-z-]*[0-9]+\.[0-9]+.*")
# Gone from Debian 12, Ubuntu 22.04 and Alpine 3.16, but for what serves Python 3 under such a name
_OF_PYTHON_2 = regex(
    r"(?:python(?:2(?:\.7)?)?|py2?)(?:-(?!is-python3|dev-is-|apt-common|babel-loc|.*-data\b).*)?"
)
# In 16.04 or 18.04, and in none since 22.04 (packages.ubuntu.com)
_NOT_IN_UBUNTU = frozenset(
    "libpng12-0 libpng12-dev python-pip python-software-properties python-virtualenv".split()
)


def availability(build: Build, root: Stage, release: str) -> Availability:
    """Whether a release has all that is installed in the stages that start from an image."""
    found = packages_by_availability(build, root, release)
    for answer in (Availability.GONE, Availability.UNKNOWN):
        if answer in found:
            return answer
    return Availability.THERE


def packages_by_availability(
    build: Build, root: Stage, release: str
) -> Mapping[Availability, Sequence[str]]:
    """The same by answer, with the packages as they are named."""
    found: dict[Availability, list[str]] = {}
    for package in _packages(build, root):
        answer = _of_package(package, release)
        found.setdefault(answer, []).append(package.name)
    return found


def is_listed(name: str, *releases: str) -> bool:
    """Whether the tables of Debian 13 have a name, so that it is known what it brings along.

    With `releases`, by their codenames, whether those of one of them have it.
    """
    if name in IN_BOTH:
        return True
    for release in releases or ("trixie",):
        if name in IN_ONE[release] or libraries_of(release, name) is not None:
            return True
    return False


def is_gone(name: str, release: str) -> bool:
    """Whether a release of Debian, by its codename, surely has no package of that name."""
    plain_name = _without_architecture(name)
    return _of_debian(plain_name, release) is Availability.GONE


def _without_architecture(name: str) -> str:
    """`libc6:i386` is a package of another architecture."""
    package, _colon, _architecture = name.partition(":")
    return package


def _packages(build: Build, root: Stage) -> Iterator[Package]:
    for call in build.packages(*_MANAGERS, action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None:
            continue
        line = build.lineage_of(stage)
        if line[0] is root:
            yield from call.does.packages


def _of_package(package: Package, release: str) -> Availability:
    if package.kind != "registry":
        return Availability.UNKNOWN  # a file was made for one release
    # Each release has versions of its own
    if package.version:
        return Availability.GONE
    if _OF_PYTHON_2.fullmatch(package.name):
        return Availability.GONE
    if release.startswith("alpine"):
        return _of_alpine(package.name, release)
    plain_name = _without_architecture(package.name)
    if release == UBUNTU:
        return _of_ubuntu(plain_name)
    return _of_debian(plain_name, release)


def _of_ubuntu(name: str) -> Availability:
    """Whether the supported releases have a package; their lists were not read.

    A version in a name, and the number of a library, are those of one release. What Debian 12 has
    no more is taken for gone here, too.
    """
    if name in _NOT_IN_UBUNTU or _LIBRARY_OF_VERSION.fullmatch(name):
        return Availability.GONE
    if _VERSIONED.fullmatch(name) and not name.startswith("python3-"):
        is_there = _JAVA_OF_UBUNTU.fullmatch(name) is not None
        return Availability.THERE if is_there else Availability.GONE
    in_debian = _of_debian(name, "bookworm")
    if in_debian is Availability.UNKNOWN and _LIBRARY.fullmatch(name):
        return Availability.GONE
    return in_debian


def _of_alpine(name: str, release: str) -> Availability:
    known = ALPINE.get(release, frozenset())
    if name in known:
        return Availability.THERE
    return Availability.UNKNOWN


@lru_cache(maxsize=4096)
def _of_debian(name: str, release: str) -> Availability:
    if release not in VERSIONS:
        return Availability.UNKNOWN
    if name in REMOVED[release]:
        return Availability.GONE
    if name in IN_BOTH or name in IN_ONE[release]:
        return Availability.THERE
    if libraries_of(release, name):
        return Availability.THERE

    versioned = _VERSIONED.fullmatch(name)
    if versioned is not None:
        return _of_versioned(versioned, release)
    if _LIBRARY.fullmatch(name):
        return _of_library(name, release)
    return Availability.UNKNOWN


def _of_versioned(match: re.Match[str], release: str) -> Availability:
    """`postgresql-client-15`: gone where the release has only other versions."""
    what = match["what"]
    versions = VERSIONS[release][what].split()
    if match["number"] not in versions:
        return Availability.GONE

    before = match["before"] or ""
    after = match["after"] or ""
    part = before + after
    parts = PARTS.get(what, "").split()
    if part and part not in parts:
        return Availability.UNKNOWN
    return Availability.THERE


def _of_library(name: str, release: str) -> Availability:
    """`libicu67`: gone where the release has the library with another number."""
    known = libraries_with_stem(release, name)
    if not known:
        return Availability.UNKNOWN
    if name in known:
        return Availability.THERE
    return Availability.GONE
