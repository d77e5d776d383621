"""Which packages of a lock file an install takes: not those that only an extra or another group asks for.

Sources: docs.astral.sh/uv (concepts/projects/layout and dependencies), python-poetry (poetry/packages/locker.py: each
package has its `groups` since 2.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.build import Build, PackageInvocation
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import install_of
from lightship.pyproject.data_files import rows, table, text_at, toml

_LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock"}
_MOST = 20_000


def locked_packages(build: Build, found: PackageInvocation) -> frozenset[str]:
    """The names of the packages that `uv sync` or `poetry install` takes from its lock; empty where it is not known."""
    install, context = install_of(build, found), build.context
    name = _LOCKS.get(found.does.manager)
    if (
        install is None
        or context is None
        or not install.whole
        or install.directory is None
        or name is None
    ):
        return frozenset()
    path = origin_of(
        build, found.instruction, f"{install.directory.rstrip('/')}/{name}"
    )
    if not path:
        return frozenset()
    data = toml(context, path)
    return frozenset(
        _of_uv(data, found) if name == "uv.lock" else _of_poetry(data, found)
    )


def _of_poetry(data: Mapping[str, Any], found: PackageInvocation) -> Iterator[str]:
    """Those of the main group; extras are optional."""
    only = found.does.values("--only")
    if only and not any("main" in value.split(",") for value in only):
        return
    for package in rows(data, "package"):
        if (
            isinstance(package, Mapping)
            and "main" in rows(package, "groups")
            and package.get("optional") is not True
        ):
            yield text_at(package, "name")


def _of_uv(data: Mapping[str, Any], found: PackageInvocation) -> set[str]:
    """What the project, or the member that is named, asks for, and what that asks for in turn; with named extras."""
    does = found.does
    if does.option("--all-packages", "--only-group", "--only-dev", "--script"):
        return set()
    packages = {
        text_at(each, "name"): each
        for each in rows(data, "package")
        if isinstance(each, Mapping)
    }
    named = does.values("--package")
    roots = named or tuple(
        name
        for name, each in packages.items()
        if "." in (table(each, "source").get("editable"), _virtual(each))
    )
    extras = tuple(
        extra for value in does.values("--extra") for extra in value.split(",")
    )
    waiting = [(root, extras) for root in roots]
    seen: set[tuple[str, str]] = set()
    while waiting and len(seen) < _MOST:
        name, wanted = waiting.pop()
        package = packages.get(name, {})
        for group in ("", *wanted):
            if (name, group) in seen:
                continue
            seen.add((name, group))
            listed = (
                rows(package, "optional-dependencies", group)
                if group
                else rows(package, "dependencies")
            )
            waiting += [
                (text_at(each, "name"), tuple(rows(each, "extra"))) for each in listed
            ]
    return {name for name, _ in seen}


def _virtual(package: Mapping[str, Any]) -> object:
    return table(package, "source").get("virtual")
