"""Packages that an install names without a version."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.lint.finding import Finding
from lightship.regex import regex
from lightship.shell.specs import Package
from lightship.wording.lists import first_few

_MOST = 3  # names in a message
_SERIES = frozenset(
    ("~=", "~", "=~", "/")
)  # one series of versions; for apt one release of the distribution
_COMMIT = regex(r"[0-9a-f]{7,40}")


def unpinned(
    build: Build, *managers: str
) -> Iterator[tuple[PackageInvocation, tuple[Package, ...]]]:
    """The installs by `managers` that name packages without a version, and those packages.

    What a variable stands for, files, URLs and directories are left alone.
    """
    for found in build.packages(*managers, action="install"):
        if not found.command.wrapped_by("xargs"):
            loose = tuple(
                package for package in found.does.packages if _is_loose(package)
            )
            if loose:
                yield found, loose


def _is_loose(package: Package) -> bool:
    if (
        package.kind != "registry"
        or package.editable
        or "$" in package.name
        or "`" in package.name
    ):
        return False
    if package.version and (
        package.operator in _SERIES or _COMMIT.fullmatch(package.version)
    ):
        return False
    return not package.pinned


def finding(loose: tuple[Package, ...], how: str) -> Finding:
    """One finding for all of them; `how` shows the spelling of a version, with `{}` for the name."""
    names = [package.name for package in loose]
    listed = first_few(names, _MOST)
    verb = "has" if len(names) == 1 else "have"
    return Finding(
        loose[0].word.span,
        f"{listed} {verb} no version, so builds may differ: {how.format(names[0])}",
    )
