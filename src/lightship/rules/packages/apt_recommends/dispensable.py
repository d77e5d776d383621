"""Whether all that an install would leave out is known, and nothing that the image may miss."""

from __future__ import annotations

from lightship.base_images.distributions import is_since
from lightship.build import Build, PackageInvocation
from lightship.facts.packages.apt import APT
from lightship.facts.packages.release_packages import is_listed
from lightship.rules.packages.apt_recommends.recommended import (
    rests_on_recommended,
    system_of,
)
from lightship.rules.packages.apt_recommends.recommended_sizes import (
    has_compiler,
    is_counted,
)
from lightship.rules.packages.apt_recommends.recommended_tables import (
    NEEDS,
    PIP,
    WITH_SETUPTOOLS,
)

_RELEASES = ("bookworm", "trixie")


def is_dispensable(build: Build, call: PackageInvocation) -> bool:
    """Whether nothing that the packages recommend is needed, but for what can be named.

    It is not known of a package in no list, nor of a file or a variable. What python3-pip and npm
    recommend builds the packages that they install, then or in the container.
    """
    does = call.does
    if does.reads_more or rests_on_recommended(call):
        return False
    names = {package.name.partition(":")[0] for package in does.packages}
    if not all(map(_is_known, names)):
        return False
    if "npm" in names and not has_compiler(build, call):
        return False
    if names.isdisjoint(PIP):
        return True
    return _has_what_pip_builds_with(build, call)


def _is_known(name: str) -> bool:
    """Whether the package lists were read for what a package recommends."""
    if is_counted(name):
        return True
    if any(name in need.packages for need in NEEDS):
        return True
    return is_listed(name, *_RELEASES)


def _has_what_pip_builds_with(build: Build, call: PackageInvocation) -> bool:
    """Whether pip has by name what its package recommends: a compiler, headers and setuptools."""
    if not has_compiler(build, call):
        return False
    named: set[str] = set()
    for other in build.packages(*APT, action="install"):
        if other.instruction not in build.shipped:
            continue
        for package in other.does.packages:
            named.add(package.name)
    if not any(map(_is_headers, named)):
        return False
    if "python3-setuptools" in named:
        return True
    release = system_of(build, call)
    if release is None:
        return False
    return any(is_since(release, *since) for since in WITH_SETUPTOOLS)


def _is_headers(name: str) -> bool:
    """Whether it has the headers of Python: `python3-dev`, `libpython3.12-dev`."""
    if not name.endswith("-dev"):
        return False
    return name.startswith(("python3", "libpython3"))
