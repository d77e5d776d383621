"""Files of packages that only a build needs, or nothing."""

from __future__ import annotations

from lightship.image.owners import Owners
from lightship.image.read import Contents
from lightship.image.stack import NEVER
from lightship.inspection.inspected_parts import SYSTEM_MANAGERS
from lightship.inspection.leftover_places import Ignored, Places, takes_room
from lightship.inspection.unused_packages import GPU_LIBRARIES, unused_packages
from lightship.regex import regex

# Of packages: the name at its start. Debian has gcc-14-base in every image, and libgcc-s1:
# neither is a compiler.
_COMPILER = regex(
    r"(?:gcc|g\+\+|cpp|gfortran|clang|llvm|rustc|cargo|golang|go|cmake|make|automake|autoconf|binutils|bison|flex|"
    r"build-essential|build-base|dpkg-dev|gcc-c\+\+|ninja-build|samurai|patch|m4|libtool|meson|nasm|pkgconf|pkg-config)"
    r"(?:-(?!base)[\w.+-]*)?"
)
_DEVELOPMENT = regex(
    r".+-(?:dev|devel|headers|dbg|dbgsym|debuginfo|static)|kernel-headers|linux-libc-dev|linux-headers.*"
)
_NEEDED = regex(
    r".*-base|(?:lib)?binutils-common|make-guile|go-.*|patch-.*|cargo-.*|.*-(?:doc|libs)"
)
_INSTALLERS = frozenset(("poetry", "pdm", "pipenv", "hatch"))


def of_packages(contents: Contents, owners: Owners, ignored: Ignored) -> Places:
    """The files of packages that only a build needs, or nothing."""
    subjects: dict[int, str] = {}
    for number, package in enumerate(owners.packages):
        if subject := _of(package.manager, package.name):
            subjects[number] = subject
    for number in unused_packages(owners.packages):
        subjects[number] = GPU_LIBRARIES

    places: Places = {}
    if not subjects:
        return places
    for layer, owner in enumerate(owners.owner):
        scan = contents.stack.scans[layer]
        if scan is None:
            continue
        gone = contents.stack.gone[layer]
        for index, number in enumerate(owner):
            if number not in subjects or gone[index] != NEVER:
                continue
            if takes_room(scan, index, ignored):
                places.setdefault((subjects[number], layer), []).append(index)
    return places


def _of(manager: str, name: str) -> str:
    if manager == "python":
        return "package-manager-shipped" if name.lower() in _INSTALLERS else ""
    if manager not in SYSTEM_MANAGERS:
        return ""
    name = name.partition(":")[0]
    if _DEVELOPMENT.fullmatch(name):
        return "development-packages"
    if _COMPILER.fullmatch(name) and not _NEEDED.fullmatch(name):
        return "compilers"
    return ""
