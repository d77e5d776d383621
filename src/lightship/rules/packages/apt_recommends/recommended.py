"""What must be asked for by name once apt leaves out what packages only recommend.

The packages are in `recommended_tables.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lightship.base_images.distributions import distribution_of, is_since
from lightship.base_images.full import missing_libraries
from lightship.base_images.lifetimes import Release, official_name
from lightship.build import Build, PackageInvocation
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.openmp import LIBRARY, uses_openmp
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.packages.apt import APT, LEAVES_OUT
from lightship.facts.stages.inherited import inheriting
from lightship.facts.start.purpose import runs_program
from lightship.regex import regex
from lightship.rules.packages.apt_recommends.recommended_tables import (
    CERTIFICATES,
    COMPILERS,
    FONTS_OF_OFFICE,
    MADE_OF_RECOMMENDED,
    NEEDS,
    OFFICE,
    RESTS_ON_RECOMMENDED,
    Need,
)
from lightship.rules.packages.apt_recommends.setup_installs import last_setup_py
from lightship.shell.packages import Package

_SCRIPTS = (".sh", ".bash")
# They recommend build-essential and python3-dev
_DEPENDS_ON_SETUPTOOLS = (("Debian", "11"), ("Ubuntu", "20.04"))
# `pip` is a name that python3-pip provides
_PIP = frozenset({"pip", "python3-pip", "python3-virtualenv", "virtualenv"})
# With them a stage makes programs that load libraries of the system, and needs their headers
_COMPILES = frozenset(
    """bazel c++ cargo cc clang clang++ cmake configure g++ gcc gfortran go make meson mpicc mpicxx
    ninja scons waf""".split()
)
_PIP_CALL = regex(r"\bpip3? +install\b")
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

    yield from _needs_of_pip(build, call, names)


def _needs_of_pip(
    build: Build, call: PackageInvocation, names: set[str]
) -> Iterator[tuple[Package, str]]:
    """The library that what pip installs loads, and only the recommended compiler brings."""
    bringing = [package for package in _named(call) if package.name in _PIP]
    if not bringing or LIBRARY in names or not names.isdisjoint(COMPILERS):
        return
    calls = build.packages("pip", "uv", action="install")
    shipped = [other for other in calls if other.instruction in build.shipped]
    if uses_openmp(build, shipped):
        yield bringing[0], LIBRARY


def _is_called(build: Build, commands: tuple[str, ...]) -> bool:
    """Whether a RUN or a shell script of the context calls one of the commands."""
    if build.has_command(*commands):
        return True
    names = "|".join(map(re.escape, commands))
    call = regex(rf"(?m)(?:^|[;&|(])[ \t]*(?:sudo +|exec +|then +|do +)?(?:{names})\s")
    return any(map(call.search, sources_of(build, _SCRIPTS)))


def _is_spoken_of(build: Build, need: Need) -> bool:
    """Whether the Dockerfile has one of its words, or a file in Python imports its module."""
    if any(word in build.dockerfile.text for word in need.words):
        return True
    if not need.modules:
        return False
    names = "|".join(map(re.escape, need.modules))
    imports = regex(rf"(?m)^[ \t]*(?:import|from)[ \t]+(?:{names})\b")
    return any(map(imports.search, sources_of(build, (".py",))))


def lacks_fonts(build: Build, call: PackageInvocation) -> bool:
    """Whether an office comes without the fonts that it recommends for documents of others."""
    named = {package.name for package in _named(call)}
    if named.isdisjoint(OFFICE):
        return False
    names, _ = build.once(_installed)
    return names.isdisjoint(FONTS_OF_OFFICE)


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


def pip_package(call: PackageInvocation) -> str:
    """The package of the install by which pip comes: `python3-pip`, or virtualenv's own."""
    return next((package.name for package in _named(call) if package.name in _PIP), "")


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


def may_build_for_pip(build: Build, call: PackageInvocation) -> bool:
    """Whether a later install of Python packages may need the compiler that python3-pip recommends.

    It does not where a compiler and Python's headers are named, or where all that is installed is
    known, and nothing of it known to have no wheel.
    """
    if not any(package.name in _PIP for package in _named(call)):
        return False
    names, _ = build.once(_installed)
    has_compiler = not names.isdisjoint(COMPILERS)
    if has_compiler and any(_is_headers(name) for name in names):
        return False

    if not runs_program(build):
        return True  # others start from it, and may install
    if any(map(_PIP_CALL.search, sources_of(build, _SCRIPTS))):
        return True

    start = call.command.span.start
    if build.once(last_setup_py) > start:
        return True
    return _installs_for_pip(build, start)


def _installs_for_pip(build: Build, start: int) -> bool:
    """Whether a later install of Python packages may take one without a wheel."""
    names, _ = build.once(_installed)
    # Headers beside pip are there for what one of its packages compiles
    has_headers = any(map(_is_of_library, names))
    for later in build.packages("pip", "pipenv", "poetry", "uv"):
        if later.instruction not in build.shipped:
            continue
        if later.command.span.start <= start:
            continue
        if not later.does.installs:
            continue
        if has_headers or _may_compile(build, later):
            return True
    return False


def lacks_setuptools(build: Build, call: PackageInvocation) -> bool:
    """Whether python3-pip only recommends setuptools there, without which pip builds no package.

    Since Debian 11 and Ubuntu 20.04 it depends on it. A base image of which the release is not
    known may be older.
    """
    if not any(package.name in _PIP for package in _named(call)):
        return False
    names, _ = build.once(_installed)
    if "python3-setuptools" in names:
        return False
    release = system_of(build, call)
    if release is None:
        return True
    return not any(is_since(release, *since) for since in _DEPENDS_ON_SETUPTOOLS)


def system_of(build: Build, call: PackageInvocation) -> Release | None:
    """The release of the distribution that an install runs on, where the base image tells it."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    return distribution_of(image) if image is not None else None


def names_compiler(build: Build) -> bool:
    """Whether an install of the image asks for a compiler by name."""
    names, _ = build.once(_installed)
    return not names.isdisjoint(COMPILERS)


def builds_for_pip(build: Build, call: PackageInvocation) -> bool:
    """Whether a later install of Python packages is known to need a compiler, or a later command
    to be one, and nothing else brings one.
    """
    if names_compiler(build):
        return False
    start = call.command.span.start
    for compiling in build.commands(*_COMPILES):
        is_shipped = compiling.instruction in build.shipped
        if is_shipped and compiling.command.span.start > start:
            return True
    for later in build.packages("pip"):
        if later.instruction not in build.shipped or not later.does.installs:
            continue
        if later.command.span.start > start and _needs_compiler(build, later):
            return True
    return False


def _needs_compiler(build: Build, call: PackageInvocation) -> bool:
    """Whether an install is known to take a package that has no wheel."""
    names = {package.name.lower() for package in call.does.packages}
    for file in requirements_of(build, call) or ():
        names.update(item.name for item in file.dependencies)
    return _any_without_wheel(names)


def _any_without_wheel(names: set[str]) -> bool:
    needed = missing_libraries(())
    return any(needed.get(name) == "gcc" for name in names)


def may_build_for_npm(build: Build, call: PackageInvocation) -> bool:
    """Whether a later install of Node packages may need the compiler that npm recommends."""
    if not any(package.name == "npm" for package in _named(call)):
        return False
    names, _ = build.once(_installed)
    if not names.isdisjoint(COMPILERS):
        return False
    start = call.command.span.start
    for later in build.packages("npm", "yarn", "pnpm"):
        is_shipped = later.instruction in build.shipped
        if is_shipped and later.command.span.start > start and later.does.installs:
            return True
    return False


def _may_compile(build: Build, call: PackageInvocation) -> bool:
    """Whether an install may take a package that has no wheel."""
    does = call.does
    if does.option("--only-binary"):
        return False
    requirements = requirements_of(build, call) if does.manager == "pip" else None
    if requirements is None or does.action != "install":
        return True

    names = {package.name.lower() for package in does.packages}
    if any(package.kind != "registry" for package in does.packages):
        return True
    for file in requirements:
        if file.missing or any(item.url for item in file.dependencies):
            return True
        names.update(item.name for item in file.dependencies)
    return _any_without_wheel(names)


def _is_headers(name: str) -> bool:
    if not name.endswith("-dev"):
        return False
    return name.startswith(("python3", "libpython3"))


def _is_of_library(name: str) -> bool:
    """Whether a package has the headers of a library, not Python's: `libssl-dev`."""
    return name.endswith("-dev") and not _is_headers(name)


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
