"""RUN instructions that install so little that importing a cache takes as long."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.installs.wheel_sizes import megabytes
from lightship.pyproject.dependency import normalised
from lightship.regex import regex

_MUCH = 25  # megabytes of wheels, some ten seconds
_MUCH_OF_UV = 80  # it downloads many at once, and only has to unpack them
_HUGE = 900
# Each of less than 2 MB in Debian 13 (`apt-cache show`) with little that it depends on, or, as
# coreutils, in the base image already
_SMALL = frozenset(
    """adduser apt-transport-https apt-utils bash bc bzip2 ca-certificates coreutils cron curl
    dirmngr dnsutils dumb-init file gettext-base gnupg gnupg2 gosu gpg htop iproute2 iputils-
    ping jq less libc6-compat libexpat1 libffi-dev libffi8 libgomp1 libncurses-dev libncurses5
    libncurses5-dev libncursesw5-dev libpq5 libxml2 lsb-release lsof make nano net-tools netcat
    netcat-openbsd netcat-traditional openssh-client openssl patch procps redis redis-server
    redis-tools rsync sqlite3 su-exec tini telnet tree tzdata unzip wget xz-utils zip
    zlib1g""".split()
)
# Of Alpine each takes a second or two
_OF_ALPINE = frozenset(
    "git libffi libmagic libpq libstdc++ musl-dev nginx postgresql-client py3-pip python3".split()
)
# Packages of the system that come with hundreds of megabytes, or pull them in
_BIG = regex(
    r"(?i)texlive|latex|libreoffice|chromium|google-chrome|firefox|cuda|nvidia|rocm|jdk|jre|java"
    r"|r-base|gdal|opencv|ffmpeg|qt|rust|cargo|golang|llvm|clang|ghc|wine|blender|octave|mono"
    r"|kubuntu|xfce|gnome|gstreamer|vtk|petsc|root-system|ubuntu-desktop|nodejs|npm|mysql-server"
)
_OF_SYSTEM = ("apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper")
_OF_PYTHON = ("pip", "uv")


def is_light(
    build: Build, calls: list[PackageInvocation], *, is_kept: bool = True
) -> bool:
    """Whether what a RUN installs, all of it in `calls`, is known to be a few small packages.

    Of an image that nobody keeps also what takes some ten seconds, as long as a cache does: wheels
    that uv takes from a lock file, and the usual packages of Alpine.
    """
    if not calls:
        return False
    return all(
        _is_small(build, call) or (not is_kept and _is_short(build, call))
        for call in calls
    )


def is_small_part(
    build: Build, runs: Sequence[Instruction], again: Sequence[Instruction]
) -> bool:
    """Whether `runs` install tools and libraries of the system, and those `again` the packages of
    the project.

    What takes most of the time is not saved then: the Dockerfile installs below its sources. Where
    `runs` install a big package of the system, those `again` have to install gigabytes of wheels.
    """
    calls = [call for run in runs for call in calls_of(build, run)]
    later = [call for run in again for call in calls_of(build, run)]
    if all(call.does.manager not in _OF_SYSTEM for call in calls):
        return False
    if not all(_is_of_system(build, call) for call in calls):
        return False

    if not any(map(_is_big, calls)):
        return not all(_is_of_system(build, call) for call in later)
    wheels: set[str] = set()
    for call in later:
        wheels.update(_wheels(build, call) or ())
    return megabytes(wheels) >= _HUGE


def _is_of_system(build: Build, call: PackageInvocation) -> bool:
    """Whether it installs packages of the system, or a small tool such as Poetry beside them."""
    return call.does.manager in _OF_SYSTEM or _is_small(build, call)


def _is_big(call: PackageInvocation) -> bool:
    """Whether it takes long; apk unpacks a compiler in as many seconds as a cache does."""
    if call.does.manager == "apk":
        return False
    return any(_BIG.search(package.name) for package in call.does.packages)


def asked_packages(build: Build) -> set[str]:
    """The Python packages that installs name, and those of their requirements files."""
    names: set[str] = set()
    for call in build.package_commands:
        if call.does.manager not in _OF_PYTHON or not call.does.installs:
            continue
        names.update(package.name for package in call.does.packages)
        for file in requirements_of(build, call) or ():
            names.update(item.name for item in file.dependencies)
    return set(map(normalised, names))


def _is_short(build: Build, call: PackageInvocation) -> bool:
    does = call.does
    if does.manager == "apk":
        names = {package.name for package in does.packages}
        return bool(names) and names <= _SMALL | _OF_ALPINE
    if does.manager != "uv" or does.action == "install":
        return False
    locked = locked_packages(build, call)
    return bool(locked) and megabytes(locked) < _MUCH_OF_UV


def upgrading(build: Build, runs: Sequence[Instruction]) -> list[Instruction]:
    """Those that upgrade all packages of the system, as `apt-get upgrade` does."""
    found: list[Instruction] = []
    for run in runs:
        calls = calls_of(build, run)
        if any(_is_upgrade(call) for call in calls):
            found.append(run)
    return found


def _is_upgrade(call: PackageInvocation) -> bool:
    does = call.does
    return does.action == "upgrade" and does.manager in _OF_SYSTEM and not does.packages


def calls_of(build: Build, run: Instruction) -> list[PackageInvocation]:
    """The commands of a RUN that install packages."""
    return [
        call
        for call in build.package_commands
        if call.instruction is run and call.does.installs
    ]


def _is_small(build: Build, call: PackageInvocation) -> bool:
    does = call.does
    if does.action != "install":
        return False
    if does.manager in _OF_SYSTEM:
        names = {package.name for package in does.packages}
        return bool(names) and names <= _SMALL
    return does.manager in _OF_PYTHON and _is_little(build, call)


def _is_little(build: Build, call: PackageInvocation) -> bool:
    """Whether the wheels that pip downloads are known, and small together."""
    names = _wheels(build, call)
    return bool(names) and megabytes(names) < _MUCH


def _wheels(build: Build, call: PackageInvocation) -> list[str]:
    """The names of the packages that pip takes; none where it is not known."""
    does = call.does
    is_known = all(package.kind == "registry" for package in does.packages)
    files = requirements_of(build, call) if is_known else None
    if files is None:
        return []
    names = [package.name for package in does.packages]
    for file in files:
        if file.missing or any(item.url for item in file.dependencies):
            return []
        names += [item.name for item in file.dependencies]
    return [normalised(name) for name in names]
