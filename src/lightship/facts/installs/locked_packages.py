"""Which packages of a lock file an install takes.

It does not take those that only an extra or another group asks for. Sources: docs.astral.sh/uv
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


def locked_packages(build: Build, call: PackageInvocation) -> frozenset[str]:
    """The names of the packages that `uv sync` or `poetry install` takes from its lock.

    Empty where it is not known.
    """
    context = build.context
    lock = _LOCKS.get(call.does.manager)
    if context is None or lock is None:
        return frozenset()
    install = install_of(build, call)
    if install is None or not install.whole:
        return frozenset()
    if install.directory is None:
        return frozenset()

    directory = install.directory.rstrip("/")
    place = f"{directory}/{lock}"
    path = origin_of(build, call.instruction, place)
    if not path:
        return frozenset()

    data = toml(context, path)
    read = _of_uv
    if lock == "poetry.lock":
        read = _of_poetry
    names = read(data, call.does)
    return frozenset(names)


def _of_poetry(data: Mapping[str, Any], does: PackageCommand) -> Iterator[str]:
    """Those of the main group; extras are optional."""
    groups = _split(does.values("--only"))
    if groups and "main" not in groups:
        return
    for package in _packages(data):
        if package.get("optional") is True:
            continue
        if "main" in rows(package, "groups"):
            yield text_at(package, "name")


def _of_uv(data: Mapping[str, Any], does: PackageCommand) -> Iterator[str]:
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

    waiting = [(root, extras) for root in roots]
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
            waiting.extend(_dependencies(package, extra))


def _packages(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for package in rows(data, "package"):
        if isinstance(package, Mapping):
            yield package


def _roots(packages: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The projects that stand beside the lock file."""
    roots = []
    for name, package in packages.items():
        source = table(package, "source")
        if "." in (source.get("editable"), source.get("virtual")):
            roots.append(name)
    return tuple(roots)


def _dependencies(
    package: Mapping[str, Any], extra: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a package asks for, or one of its extras does: names, and the extras of those."""
    if extra:
        dependencies = rows(package, "optional-dependencies", extra)
    else:
        dependencies = rows(package, "dependencies")
    for dependency in dependencies:
        name = text_at(dependency, "name")
        extras = rows(dependency, "extra")
        yield name, tuple(extras)


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    """The names in values that list them with commas."""
    if not values:
        return ()
    names = ",".join(values)
    return tuple(names.split(","))
