"""What must be asked for by name once apt leaves out what packages only recommend.

Read in the package lists of Debian 12 and 13: gcc recommends libc6-dev, without which it compiles nothing; cmake
recommends a compiler and make; xvfb recommends xauth, without which xvfb-run stops; git, curl's library and wget
recommend ca-certificates, without which https fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build, PackageInvocation
from lightship.facts.packages.apt import APT
from lightship.record import record
from lightship.shell.packages import Package

_CERTIFICATES = "ca-certificates"


@record
class Need:
    """What `packages` cannot do their work without, and the packages that bring it along too."""

    packages: frozenset[str]
    needed: str
    brought_by: frozenset[str]


BRING_HEADERS = frozenset(
    "build-essential g++ libc6-dev libc-dev python3-dev libpython3-dev rustc cargo zlib1g-dev".split()
)
"""What brings the headers of C, that of the kernel among them."""
_NEEDS = (
    Need(
        frozenset({"cmake"}), "gcc", frozenset("gcc clang build-essential g++".split())
    ),
    Need(
        frozenset({"cmake"}),
        "make",
        frozenset("make ninja-build build-essential".split()),
    ),
    Need(frozenset({"gcc", "gfortran", "cmake"}), "libc6-dev", BRING_HEADERS),
    Need(frozenset({"xvfb"}), "xauth", frozenset()),
    Need(frozenset({"git", "curl", "wget"}), _CERTIFICATES, frozenset()),
)
# What has no certificates of its own
_WITHOUT_CERTIFICATES = frozenset(("debian", "ubuntu"))


def needs(build: Build, found: PackageInvocation) -> Iterator[tuple[Package, str]]:
    """What to name behind which package of an install, since only a recommendation brings it."""
    names, recommending = build.once(_installed)
    start = found.does.command.span.start
    for need in _NEEDS:
        wanting = next(
            (
                package
                for package in _named(found)
                if _plain(package.name) in need.packages
            ),
            None,
        )
        if (
            wanting is None
            or need.needed in names
            or not names.isdisjoint(need.brought_by)
        ):
            continue
        brought = any(recommending.get(name, start) < start for name in need.packages)
        if not brought and (need.needed != _CERTIFICATES or _lacks_certificates(build)):
            yield wanting, need.needed


def _installed(build: Build) -> tuple[set[str], dict[str, int]]:
    """What apt installs in the final image, and where the first install of each name that recommends is.

    That is one which takes recommendations, or is about to name them.
    """
    names: set[str] = set()
    recommending: dict[str, int] = {}
    for found in build.packages(*APT, action="install"):
        if found.instruction not in build.shipped:
            continue
        plain = {_plain(package.name) for package in _named(found)}
        names |= plain
        if not found.does.option("--no-install-recommends"):
            for name in plain:
                recommending.setdefault(name, found.does.command.span.start)
    return names, recommending


def _named(found: PackageInvocation) -> list[Package]:
    return [package for package in found.does.packages if package.kind == "registry"]


def _plain(name: str) -> str:
    """`gcc` of `gcc-14`."""
    return "gcc" if name.startswith("gcc-") and name[4:].isdigit() else name


def _lacks_certificates(build: Build) -> bool:
    image = read_reference(build.evaluation.root(build.lineage[0]).name)
    return (
        not isinstance(image, str)
        and image.official
        and image.name in _WITHOUT_CERTIFICATES
    )
