"""Whether what apt and apk install is there in another release of the distribution.

Libraries of Debian 12 and 13 are those of `shell/debian_libraries.py`. Which versions of
PostgreSQL, Java, compilers and languages a release has was read in its release notes, and on
packages.debian.org and pkgs.alpinelinux.org (2026-12-01).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.regex import regex
from lightship.shell.debian_libraries import libraries_with_stem
from lightship.shell.packages import Package


class Availability(Enum):
    """Whether a release has a package."""

    THERE = "there"
    UNKNOWN = "unknown"
    GONE = "gone"


_LIBRARY = regex(r"lib.*[0-9](?:t64|v5)?")
# Runtime libraries whose ABI, and so whose name, all these releases share
_STABLE = frozenset(
    """libatk-bridge2.0-0 libatk1.0-0 libatspi2.0-0 libc6 libcups2 libcurl3-gnutls libcurl4
    libdbus-1-3 libdrm2 libegl1 libgbm1 libgcc-s1 libgl1 libglib2.0-0 libglx0 libgomp1
    libgtk-3-0 libjemalloc2 libnspr4 libnss3 libpangocairo-1.0-0 libportaudio2 libpq5
    libsecret-1-0 libsm6 libsndfile1 libstdc++6 libtcmalloc-minimal4 libuuid1 libx11-6
    libx11-xcb1 libxcb1 libxcomposite1 libxcursor1 libxdamage1 libxext6 libxfixes3 libxi6
    libxkbcommon0 libxrandr2 libxrender1 libxshmfence1 libxss1 libxtst6""".split()
)
# Packages whose name holds a version, and the versions that a release has
_VERSIONED = regex(
    r"(?P<what>postgresql|openjdk|gcc|g\+\+|gfortran|clang|llvm|python|php|ruby|lua)"
    r"(?:-client|-contrib|-server-dev|-plpython3)?-?(?P<number>[0-9]+(?:\.[0-9]+)?)(?:-.*)?"
)
_VERSIONS = {
    "bookworm": {
        "postgresql": "15",
        "openjdk": "17",
        "gcc": "11 12",
        "g++": "11 12",
        "gfortran": "11 12",
        "clang": "13 14 15 16 19",
        "llvm": "13 14 15 16 19",
        "python": "3 3.11",
        "php": "8.2",
        "ruby": "3.1",
        "lua": "5.1 5.2 5.3 5.4",
    },
    "trixie": {
        "postgresql": "17",
        "openjdk": "21 25",
        "gcc": "12 13 14",
        "g++": "12 13 14",
        "gfortran": "12 13 14",
        "clang": "17 18 19",
        "llvm": "17 18 19",
        "python": "3 3.13",
        "php": "8.4",
        "ruby": "3.3",
        "lua": "5.1 5.2 5.3 5.4",
    },
}
_REMOVED = {
    "bookworm": frozenset(
        """netcat python python-dev python-minimal python-pip python-setuptools python2
        python2-dev python2-minimal""".split()
    ),
    "trixie": frozenset(
        """libasound2 libgl1-mesa-glx libncurses5 libncursesw5 libtinfo5 netcat python
        python-dev python-minimal python-pip python-setuptools python2 python2-dev
        software-properties-common""".split()
    ),
}
_ALPINE_GONE = regex(
    r"postgresql(?:9|10|11|12|13|14)(?:-.*)?|php[578][0-3]?(?:-.*)?|python2?(?:-.*)?|py2?-.*"
    r"|nodejs-npm|libressl[0-9.]*-.*|libssl1\.[01]|libcrypto1\.[01]|so:.*"
)
_ALPINE_BOUND = regex(
    r"(?:llvm|clang|lld|openjdk|gcc|lua|ruby)[0-9].*|icu-data-.*"
    r"|lib.*[0-9]\.[0-9].*"
)


def availability(build: Build, root: Stage, release: str) -> Availability:
    """Whether a release has all that is installed in the stages that start from an image."""
    found = {_of_package(package, release) for package in _packages(build, root)}
    for answer in (Availability.GONE, Availability.UNKNOWN):
        if answer in found:
            return answer
    return Availability.THERE


def _packages(build: Build, root: Stage) -> Iterator[Package]:
    for call in build.packages("apt-get", "apt", "aptitude", "apk", action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None and build.lineage_of(stage)[0] is root:
            yield from call.does.packages


def _of_package(package: Package, release: str) -> Availability:
    if package.kind != "registry":
        return Availability.THERE
    if package.version:
        return Availability.GONE  # each release has versions of its own
    if release.startswith("alpine"):
        return _of_alpine(package.name)
    return _of_debian(package.name.partition(":")[0], release)


def _of_alpine(name: str) -> Availability:
    if _ALPINE_GONE.fullmatch(name):
        return Availability.GONE
    return Availability.UNKNOWN if _ALPINE_BOUND.fullmatch(name) else Availability.THERE


def _of_debian(name: str, release: str) -> Availability:
    if name in _REMOVED.get(release, ()):
        return Availability.GONE
    versioned = _VERSIONED.fullmatch(name)
    if versioned is not None:
        versions = _VERSIONS.get(release, {}).get(versioned["what"], "").split()
        return (
            Availability.THERE if versioned["number"] in versions else Availability.GONE
        )

    if _LIBRARY.fullmatch(name) is None or name in _STABLE:
        return Availability.THERE
    known = libraries_with_stem(release, name)
    if not known:
        return Availability.UNKNOWN
    return Availability.THERE if name in known else Availability.GONE
