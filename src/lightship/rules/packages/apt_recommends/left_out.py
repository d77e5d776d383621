"""What a finding says: the option that leaves recommendations out, and what to name then."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.rules.packages.apt_recommends import recommended
from lightship.rules.packages.apt_recommends.for_r import HEADERS_OF_R, may_build_for_r
from lightship.wording.lists import listed

_OPTION = "--no-install-recommends"
# aptitude(8): it has an option of its own, and refuses that of apt-get
_OPTIONS = {"aptitude": "--without-recommends"}


def option_of(call: PackageInvocation) -> str:
    """The option of the command that leaves out what is only recommended."""
    return _OPTIONS.get(call.does.manager, _OPTION)


def message(build: Build, call: PackageInvocation) -> str:
    """What is so, and what to do; what is needed anyway is named."""
    manager = call.does.manager
    named = [option_of(call), *_needed(build, call)]
    added = ", ".join(named)
    pip = recommended.pip_package(call)
    may_build = recommended.may_build_for_pip(build, call)
    if may_build and recommended.names_compiler(build):
        # Its headers are what is left to name
        return (
            f"{manager} also installs recommended packages: add {added}, "
            "python3-dev if needed"
        )
    if recommended.lacks_setuptools(build, call):
        # There it is only recommended, and pip builds nothing without it
        if may_build:
            if len(named) == 1:
                added += ", python3-setuptools"
            return f"{pip} brings a compiler: add {added}, gcc if needed"
        all_named = listed((*named, "python3-setuptools"))
        return f"{pip} also installs a compiler: add {all_named}"
    if may_build:
        # Without the compiler the installs of pip may fail
        return (
            f"{pip} also installs a compiler: add {added}, "
            "and a compiler only if needed"
        )
    return f"{manager} also installs recommended packages: add {listed(named)}"


def _needed(build: Build, call: PackageInvocation) -> Sequence[str]:
    names = [name for _, name in recommended.needs(build, call)]
    if may_build_for_r(build, call):
        names.append(HEADERS_OF_R)
    if recommended.lacks_fonts(build, call):
        names.append("fonts")
    return names
