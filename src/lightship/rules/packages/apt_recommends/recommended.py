"""What must be asked for by name once apt leaves out what packages only recommend.

The packages are in `recommended_tables.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lightship.base_images.distributions import distribution_of
from lightship.base_images.lifetimes import Release, official_name
from lightship.build import Build, PackageInvocation
from lightship.facts.copies.sources import sources_of
from lightship.facts.packages.apt import APT, LEAVES_OUT
from lightship.facts.stages.inherited import inheriting
from lightship.regex import regex
from lightship.rules.packages.apt_recommends.recommended_tables import (
    CERTIFICATES,
    MADE_OF_RECOMMENDED,
    NEEDS,
    RESTS_ON_RECOMMENDED,
    Need,
)
from lightship.shell.packages import Package

_SCRIPTS = (".sh", ".bash")
# With them a stage makes programs that load libraries of the system, and needs their headers
_COMPILES = frozenset(
    """bazel c++ cargo cc clang clang++ cmake configure g++ gcc gfortran go make meson mpicc mpicxx
    ninja scons waf""".split()
)
_NUMBERED = regex(r"(?P<name>gcc|g\+\+|gfortran|golang|python3)[.-][0-9.]+(?:-go)?")
# What has no certificates of its own: those that fetch something while they are made purge them
# afterwards (docker-library/postgres, haproxy, memcached, redis: `apt-get purge --auto-remove`)
_WITHOUT_CERTIFICATES = frozenset(
    {"debian", "haproxy", "memcached", "postgres", "redis", "ubuntu"}
)
# A copy of them in a registry of one's own is known by its name
_WITH_CERTIFICATES = frozenset("buildpack-deps golang node openjdk python ruby".split())
# Of the images that others publish there nothing is known to lack them
_PUBLIC_REGISTRIES = frozenset(
    "docker.io gcr.io ghcr.io mcr.microsoft.com nvcr.io public.ecr.aws quay.io"
    " registry.access.redhat.com".split()
)


def needs(build: Build, call: PackageInvocation) -> Iterator[tuple[Package, str]]:
    """What to name after which package of an install, since only a recommendation brings it."""
    names, recommending = build.once(_installed)
    yielded: set[str] = set()
    for need in NEEDS:
        package = _wanting(call, need)
        if package is None or need.needed in yielded:
            continue
        if need.commands and not _is_called(build, need.commands):
            continue
        if need.words and not _is_spoken_of(build, need):
            continue
        if need.needed in names:
            continue
        if not names.isdisjoint(need.brought_by):
            continue
        if _is_brought_before(call, need, recommending):
            continue
        if need.needed != CERTIFICATES or _lacks_certificates(build):
            yielded.add(need.needed)
            yield package, need.needed


def _is_called(build: Build, commands: tuple[str, ...]) -> bool:
    """Whether a RUN or a shell script of the context calls one of the commands."""
    if build.has_command(*commands):
        return True
    names = "|".join(map(re.escape, commands))
    call = regex(rf"(?m)(?:^|[;&|(])[ \t]*(?:sudo +|exec +|then +|do +)?(?:{names})\s")
    return any(map(call.search, sources_of(build, _SCRIPTS)))


def _is_spoken_of(build: Build, need: Need) -> bool:
    """Whether the Dockerfile has one of its words."""
    return any(word in build.dockerfile.text for word in need.words)


def rests_on_recommended(call: PackageInvocation) -> bool:
    """Whether a package does little without what it recommends, or is not known at all."""
    for package in call.does.packages:
        if package.kind != "registry":
            return True
        if RESTS_ON_RECOMMENDED.fullmatch(package.name):
            return True
    return False


def is_made_of_recommended(call: PackageInvocation) -> bool:
    """Whether a package is a list of others that it recommends, which are what is wanted."""
    names = (_plain(package.name) for package in call.does.packages)
    return any(map(MADE_OF_RECOMMENDED.fullmatch, names))


def loads_unknown_libraries(build: Build) -> bool:
    """Whether programs are compiled here or in a stage from which a COPY takes, or come as a file
    for dpkg.

    Which libraries of the system they load is not known: only a recommendation may bring them, as
    python3-pip's brings libpython.
    """
    compiling = build.once(_compiling)
    for stage in build.lineage:
        if stage.index in compiling:
            return True
        for source in build.evaluation.graph.sources[stage.index]:
            if source.stage is not None and source.stage.index in compiling:
                return True
    return False


def _compiling(build: Build) -> frozenset[int]:
    """The stages that call a compiler or `dpkg -i`, and those that start from one."""
    own: set[int] = set()
    for call in build.commands(*_COMPILES, "dpkg"):
        stage = build.dockerfile.stage_of(call.instruction)
        installs = call.command.name != "dpkg" or call.command.has("-i", "--install")
        if stage is not None and installs:
            own.add(stage.index)
    return inheriting(build, lambda stage: stage.index in own)


def system_of(build: Build, call: PackageInvocation) -> Release | None:
    """The release of the distribution that an install runs on, where the base image tells it."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    return distribution_of(image) if image is not None else None


def _wanting(call: PackageInvocation, need: Need) -> Package | None:
    """The first package of an install that needs it."""
    for package in _named(call):
        if _plain(package.name) in need.packages:
            return package
    return None


def _is_brought_before(
    call: PackageInvocation, need: Need, recommending: Mapping[str, int]
) -> bool:
    """Whether an earlier install took the recommendations of such a package."""
    start = call.command.span.start
    firsts = (recommending.get(name, start) for name in need.packages)
    return min(firsts) < start


def _installed(build: Build) -> tuple[set[str], dict[str, int]]:
    """What apt installs in the final image, and where each name is first installed to recommend.

    An install does that which takes recommendations, or is about to name them.
    """
    names: set[str] = set()
    recommending: dict[str, int] = {}
    for call in build.packages(*APT, action="install"):
        if call.instruction not in build.shipped:
            continue
        takes_all = not call.does.option(*LEAVES_OUT)
        start = call.command.span.start
        for package in _named(call):
            name = _plain(package.name)
            names.add(name)
            if takes_all:
                recommending.setdefault(name, start)
    return names, recommending


def _named(call: PackageInvocation) -> list[Package]:
    return [package for package in call.does.packages if package.kind == "registry"]


def _plain(name: str) -> str:
    """`gcc` of `gcc-14`, `python3` of `python3.12`."""
    numbered = _NUMBERED.fullmatch(name)
    return numbered["name"] if numbered is not None else name


def _fetches_by_https(build: Build) -> bool:
    """Whether a RUN of the image names an address that needs certificates."""
    runs = [step.instruction for step in build.shipped_steps]
    return any(run.keyword == "RUN" and "https://" in run.line.text for run in runs)


def _lacks_certificates(build: Build) -> bool:
    image = build.root_image(build.lineage[0])
    if image is None:
        return True
    name = official_name(image)
    if name is None:
        _, _, last = image.path.rpartition("/")
        is_mirrored = last in _WITH_CERTIFICATES
        if is_mirrored:
            return False
        return image.domain not in _PUBLIC_REGISTRIES or _fetches_by_https(build)
    return name in _WITHOUT_CERTIFICATES
