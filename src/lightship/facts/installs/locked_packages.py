"""Which packages of a lock file an install takes.

It does not take those that only an extra or another group asks for, or whose marker is for another
system. Sources: docs.astral.sh/uv
(concepts/projects/layout and dependencies), python-poetry (poetry/packages/locker.py: each package
has its `groups` since 2.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.build import Build, PackageInvocation
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import install_of
from lightship.pyproject.data_files import rows, table, text_at, toml
from lightship.pyproject.markers import may_hold
from lightship.shell.packages import PackageCommand

_LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock"}
# With them `uv sync` takes something else than the project's own dependencies
_OTHERWISE = (
    "--all-packages",
    "--only-group",
    "--only-dev",
    "--script",
)
_MOST = 20_000

_Table = Mapping[str, Any]  # of a lock file
_Asked = tuple[str, tuple[str, ...]]  # a package by its name, and the extras of it


def locked_packages(build: Build, call: PackageInvocation) -> frozenset[str]:
    """The names of the packages that `uv sync` or `poetry install` takes from its lock.

    Empty where it is not known.
    """
    context = build.context
    lock = _LOCKS.get(call.does.manager)
    if context is None or lock is None:
        return frozenset()
    path = _lock_file(build, call, lock)
    if not path:
        return frozenset()

    data = toml(context, path)
    read = _of_uv
    if lock == "poetry.lock":
        read = _of_poetry
    names = read(data, call.does)
    return frozenset(names)


def _lock_file(build: Build, call: PackageInvocation, name: str) -> str:
    """The lock file of a whole install in the build context; empty where it is not known."""
    install = install_of(build, call)
    if install is None or not install.whole:
        return ""
    if install.directory is None:
        return ""
    directory = install.directory.rstrip("/")
    place = f"{directory}/{name}"
    return origin_of(build, call.instruction, place)


def _of_poetry(data: _Table, does: PackageCommand) -> Iterator[str]:
    """Those of the main group; extras are optional."""
    groups = _split(does.values("--only"))
    if groups and "main" not in groups:
        return
    for package in _packages(data):
        if package.get("optional") is True:
            continue
        # One marker for all groups, or a table of one for each
        marker = text_at(package, "markers") or text_at(package, "markers", "main")
        if "main" in rows(package, "groups") and may_hold(marker):
            yield text_at(package, "name")


def _of_uv(data: _Table, does: PackageCommand) -> Iterator[str]:
    """What the project, or the member that is named, asks for, and what that asks for in turn."""
    if does.option(*_OTHERWISE):
        return
    packages = {}
    for package in _packages(data):
        name = text_at(package, "name")
        packages[name] = package

    roots = does.values("--package")
    if not roots:
        roots = _roots(packages)
    extras = _split(does.values("--extra"))

    waiting: list[_Asked] = [(root, extras) for root in roots]
    seen: set[tuple[str, str]] = set()
    while waiting and len(seen) < _MOST:
        name, wanted = waiting.pop()
        yield name
        package = packages.get(name, {})
        for extra in ("", *wanted):
            asked = (name, extra)
            if asked in seen:
                continue
            seen.add(asked)
            dependencies = _dependencies(package, extra)
            waiting.extend(dependencies)


def _packages(data: _Table) -> Iterator[_Table]:
    for package in rows(data, "package"):
        if isinstance(package, Mapping):
            yield package


def _roots(packages: Mapping[str, _Table]) -> tuple[str, ...]:
    """The projects that stand beside the lock file."""
    roots: list[str] = []
    for name, package in packages.items():
        source = table(package, "source")
        places = (source.get("editable"), source.get("virtual"))
        if "." in places:
            roots.append(name)
    return tuple(roots)


def _dependencies(package: _Table, extra: str) -> Iterator[_Asked]:
    """What a package asks for, or one of its extras does."""
    if extra:
        dependencies = rows(package, "optional-dependencies", extra)
    else:
        dependencies = rows(package, "dependencies")
    for dependency in dependencies:
        name = text_at(dependency, "name")
        extras = rows(dependency, "extra")
        if not may_hold(text_at(dependency, "marker")):
            continue
        yield name, tuple(extras)


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    """The names in values that list them with commas."""
    if not values:
        return ()
    names = ",".join(values)
    return tuple(names.split(","))
