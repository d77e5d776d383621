"""RUN instructions that install so little that importing a cache takes as long."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.installs.wheel_sizes import megabytes
from lightship.pyproject.dependency import normalised

_MUCH = 25  # megabytes of wheels, some ten seconds
# Each of less than 2 MB in Debian 13 (`apt-cache show`) with little that it depends on, or, as
# coreutils, in the base image already
_SMALL = frozenset(
    """apt-transport-https apt-utils bash bc bzip2 ca-certificates coreutils cron curl dirmngr
    dnsutils dumb-init file gettext-base gnupg gnupg2 gosu gpg htop iproute2 iputils-ping jq less
    libexpat1 libffi8 libgomp1 libpq5 libxml2 lsb-release lsof make nano net-tools netcat
    netcat-openbsd netcat-traditional openssh-client openssl patch procps redis redis-server
    redis-tools rsync sqlite3 su-exec tini telnet tree tzdata unzip wget xz-utils zip
    zlib1g""".split()
)
_OF_SYSTEM = ("apt-get", "apt", "apk")
_OF_PYTHON = ("pip", "uv")


def is_light(build: Build, calls: list[PackageInvocation]) -> bool:
    """Whether what a RUN installs, all of it in `calls`, is known to be a few small packages."""
    return bool(calls) and all(_is_small(build, call) for call in calls)


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
    does = call.does
    is_known = all(package.kind == "registry" for package in does.packages)
    files = requirements_of(build, call) if is_known else None
    if files is None:
        return False
    names = [package.name for package in does.packages]
    for file in files:
        if file.missing or any(item.url for item in file.dependencies):
            return False
        names += [item.name for item in file.dependencies]
    return bool(names) and megabytes(map(normalised, names)) < _MUCH
