"""Packages that an install names without a version."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.lint.finding import Finding
from lightship.regex import regex
from lightship.shell.specs import Package
from lightship.wording.lists import listed

_MOST = 3  # names in a message
# One series of versions; for apt one release of the distribution
_SERIES = frozenset({"~=", "~", "=~", "/"})
_COMMIT = regex(r"[0-9a-f]{7,40}")


def unpinned(
    build: Build, *managers: str
) -> Iterator[tuple[PackageInvocation, tuple[Package, ...]]]:
    """The installs by `managers` that name packages without a version, and those packages.

    What a variable stands for, files, URLs and directories are left alone.
    """
    for call in build.packages(*managers, action="install"):
        if call.command.wrapped_by("xargs"):
            continue
        loose = tuple(filter(_is_loose, call.does.packages))
        if loose:
            yield call, loose


def _is_loose(package: Package) -> bool:
    if package.kind != "registry" or package.editable:
        return False
    name = package.name
    if "$" in name or "`" in name:
        return False
    if package.pinned:
        return False

    version = package.version
    if not version:
        return True
    if package.operator in _SERIES:
        return False
    return _COMMIT.fullmatch(version) is None


def finding(loose: tuple[Package, ...], how: str) -> Finding:
    """One finding for all of them.

    `how` shows the spelling of a version, with `{}` for the name.
    """
    names = [package.name for package in loose]
    named = listed(names, _MOST)
    verb = "has" if len(names) == 1 else "have"
    return Finding(
        loose[0].word.span,
        f"{named} {verb} no version, so builds may differ: {how.format(names[0])}",
    )
