"""What a finding says: the option that leaves recommendations out, and what to name then."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.rules.packages.apt_recommends import recommended
from lightship.wording.lists import listed

_OPTION = "--no-install-recommends"
# aptitude(8): it has an option of its own, and refuses that of apt-get
_OPTIONS = {"aptitude": "--without-recommends"}
_LONGEST = 100


def option_of(call: PackageInvocation) -> str:
    """The option of the command that leaves out what is only recommended."""
    return _OPTIONS.get(call.does.manager, _OPTION)


def message(build: Build, call: PackageInvocation, megabytes: int) -> str:
    """What is so, what it weighs, and what to do; what is needed anyway is named."""
    option = option_of(call)
    needs = recommended.needs(build, call)
    names = [name for _, name in needs]
    added = listed((option, *names))
    manager = call.does.manager
    said = f"{manager} installs {megabytes} MB that are only recommended: add {added}"
    if len(said) <= _LONGEST:
        return said
    return f"{manager} also installs recommended packages: add {added}"
