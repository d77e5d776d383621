"""Whether packages of R are compiled later, with the compilers that R only recommends.

r-base-core recommends r-base-dev, which depends on build-essential, gfortran and the headers that R
was built with (package lists of Debian 12 and 13). CRAN has sources alone for Linux.
"""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.facts.copies.sources import sources_of
from lightship.facts.packages.apt import APT
from lightship.facts.start.purpose import runs_program
from lightship.regex import regex

HEADERS_OF_R = "r-base-dev"
_R = frozenset({"r-base", "r-base-core"})
_SCRIPTS = (".R", ".r", ".sh")
# littler's scripts, R's own command, and the packages that install others
_INSTALL = regex(
    r"\binstall\.packages\(|\binstall2?\.r\b|\binstallGithub\.r\b|\bR CMD INSTALL\b"
    r"|\b(?:remotes|devtools|pak|renv)::\w|\bBiocManager\b|\bbiocLite\b|\bpak::"
)


def may_build_for_r(build: Build, call: PackageInvocation) -> bool:
    """Whether an install takes R, and packages of R may be compiled after it.

    It does not matter where r-base-dev is named.
    """
    names = {package.name for package in call.does.packages}
    if names.isdisjoint(_R) or _names_headers(build):
        return False
    if not runs_program(build):
        return True  # others start from it, and may install

    start = call.command.span.start
    for item in build.shipped:
        if item.span.end > start and _INSTALL.search(item.line.text):
            return True
    return any(map(_INSTALL.search, sources_of(build, _SCRIPTS)))


def _names_headers(build: Build) -> bool:
    for other in build.packages(*APT, action="install"):
        if other.instruction not in build.shipped:
            continue
        if any(package.name == HEADERS_OF_R for package in other.does.packages):
            return True
    return False
