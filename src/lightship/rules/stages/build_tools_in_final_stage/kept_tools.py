"""Installs whose build tools stay in the layers of the final image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.base_images.full import headers_of_full
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.files.late_removals import late_removals
from lightship.facts.packages.off_branches import is_switched_off
from lightship.record import record
from lightship.rules.stages.build_tools_in_final_stage.for_some_machines import (
    is_for_some_machines,
)
from lightship.rules.stages.build_tools_in_final_stage.large_bases import (
    brings_gcc,
    is_of_r,
    is_of_s2i,
)
from lightship.shell.build_tools import is_build_tool, is_companion, is_headers
from lightship.shell.packages import Package

MANAGERS = (
    "apt-get",
    "apt",
    "aptitude",
    "apk",
    "dnf",
    "microdnf",
    "yum",
    "tdnf",
    "zypper",
)
# Without one of these no gcc of Alpine can compile
_WITH_C_LIBRARY = frozenset({"alpine-sdk", "build-base", "g++", "libc-dev", "musl-dev"})
# What build-essential depends on (packages.debian.org)
_OF_BUILD_ESSENTIAL = frozenset({"gcc", "g++", "make", "libc6-dev", "dpkg-dev"})
# What r-base-dev depends on (package lists of Debian 12 and 13)
_OF_R_BASE_DEV = frozenset(
    """gfortran libblas-dev libbz2-dev libdeflate-dev libicu-dev libjpeg-dev liblapack-dev
    liblzma-dev libncurses-dev libncurses5-dev libpcre2-dev libpng-dev libreadline-dev libtirpc-dev
    libzstd-dev r-base-dev zlib1g-dev""".split()
)
# What s2i-base installs, or those that it needs for that
_OF_S2I = frozenset(
    """autoconf automake bzip2-devel gcc-c++ gd-devel glibc-devel libcurl-devel libffi-devel
    libpq-devel libtool libxml2-devel libxslt-devel mariadb-connector-c-devel mariadb-devel
    openssl-devel postgresql-devel python3-devel redhat-rpm-config sqlite-devel
    zlib-devel""".split()
)


@record
class KeptTools:
    """An install whose build tools, or the headers for them, stay in the final image."""

    install: PackageInvocation
    tools: Sequence[Package]

    @property
    def compiles(self) -> bool:
        """Whether more stays than headers."""
        return not all(_is_headers(self.install, tool) for tool in self.tools)


def kept_tools(build: Build) -> Iterator[KeptTools]:
    """Installs of build tools that stay in the layers of the final image."""
    shipped = {step.instruction for step in build.shipped_steps}
    later = _removed_later(build)
    removals: dict[Instruction, list[PackageInvocation]] = {}
    for removal in build.packages(*MANAGERS, action="remove"):
        in_run = removals.setdefault(removal.instruction, [])
        in_run.append(removal)

    for install in build.packages(*MANAGERS, action="install"):
        run = install.instruction
        if run not in shipped or is_switched_off(build, install):
            continue
        if is_for_some_machines(build, install):
            continue
        virtual = install.does.values("--virtual")
        if any((run, name) in later for name in virtual):
            continue
        left = _left(install, removals.get(run, ()))
        gone = _with_dependents({name for maker, name in later if maker is run})
        gone |= _in_base(build, install) | _linked(build, run)
        staying = [tool for tool in left if tool.name not in gone]
        if _is_left_out_of_group(install, staying, removals):
            continue
        if not all(is_companion(tool.name) for tool in staying):
            yield KeptTools(install, staying)


def _is_left_out_of_group(
    install: PackageInvocation,
    staying: Sequence[Package],
    removals: Mapping[Instruction, Sequence[PackageInvocation]],
) -> bool:
    """Whether gcc stands beside a group for the build that is removed, and without a C library.

    It cannot compile then: on musl, `ctypes.util.find_library` of Python calls it.
    """
    if install.does.manager != "apk" or install.does.option("--virtual") is not None:
        return False
    if any(tool.name in _WITH_C_LIBRARY for tool in staying):
        return False
    for removed in removals.values():
        for removal in removed:
            names = [package.name for package in removal.does.packages]
            if any(name.startswith(".") for name in names):
                return True
    return False


def _in_base(build: Build, install: PackageInvocation) -> frozenset[str]:
    """What the base image has already, such as the full Python image: compilers, and headers."""
    stage = build.dockerfile.stage_of(install.instruction)
    image = build.root_image(stage) if stage is not None else None
    if image is None:
        return frozenset()
    full = headers_of_full(image)
    if is_of_r(image):
        full |= _OF_R_BASE_DEV
    if is_of_s2i(image):
        full |= _OF_S2I
    has_gcc = brings_gcc(image)
    return full | _OF_BUILD_ESSENTIAL | {"build-essential"} if has_gcc else full


def _linked(build: Build, run: Instruction) -> set[str]:
    """The C library that a RUN links for programs that were built for musl."""
    for call in build.commands("ln", of=run):
        if any("-linux-musl/" in word.text for word in call.command.args):
            return {"musl", "musl-dev"}
    return set()


def _removed_later(build: Build) -> set[tuple[Instruction, str]]:
    """What a later layer removes, which is a finding of removed-in-later-layer."""
    removed: set[tuple[Instruction, str]] = set()
    for leftover in late_removals(build):
        for name in leftover.names:
            removed.add((leftover.maker, name))
    return removed


def _is_tool(install: PackageInvocation, package: Package) -> bool:
    if package.kind not in ("registry", "group"):
        return False
    name = package.name
    return is_build_tool(install.does.manager, name) or is_companion(name)


def _is_headers(install: PackageInvocation, package: Package) -> bool:
    """Headers alone, or what goes with them: nothing here compiles."""
    name = package.name
    return is_headers(install.does.manager, name) or is_companion(name)


def _left(
    install: PackageInvocation, removals: Sequence[PackageInvocation]
) -> Sequence[Package]:
    """The build tools that the same RUN does not remove.

    It may remove them by name, as a virtual package, or by a list that the shell makes.
    """
    removed: set[str] = set()
    for removal in removals:
        does = removal.does
        if does.reads_more or not does.packages:
            return ()
        removed.update(package.name for package in does.packages)

    virtual = install.does.option("--virtual")
    if virtual is not None and virtual.value in removed:
        return ()
    tools = [tool for tool in install.does.packages if _is_tool(install, tool)]
    gone = _with_dependents(removed)
    return [tool for tool in tools if tool.name not in gone]


def _with_dependents(removed: set[str]) -> set[str]:
    """What goes when packages are removed: apt takes along what depends on them."""
    gone = set(removed)
    if "gcc" in gone:
        gone.add("g++")
    if gone & _OF_BUILD_ESSENTIAL:
        gone.add("build-essential")
    return gone
