"""Which Pythons the projects that a build installs allow, and whether its packages have wheels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.lifetimes import supported
from lightship.build import Build, PackageInvocation
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import install_of, requirements_of
from lightship.pyproject.cpython_wheels import has_wheel
from lightship.pyproject.dependency import Dependency, read_requirement
from lightship.pyproject.locks import read_lock
from lightship.pyproject.python_versions import allowed
from lightship.shell.packages import PackageCommand
from lightship.shell.specs import written

PYTHON_TOOLS = ("pip", "uv", "poetry", "pdm", "pipenv")
# Each Python has them
_TOOLS = frozenset({"pip", "setuptools", "wheel", "uv", "poetry", "pdm", "pipenv"})
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")


def stated_minors(build: Build) -> list[Sequence[str]]:
    """For each project that is installed and says it, the minors that it runs on."""
    context = build.context
    if context is None:
        return []
    minors = [release.version for release in supported("Python", build.today)]
    stated: list[Sequence[str]] = []
    for directory in installed_projects(build):
        versions = allowed(context, minors, directory)
        if versions is not None:
            stated.append(versions)
    return stated


def said_minors(build: Build) -> list[Sequence[str]]:
    """The same, or what the directory of the build context says where none of them says it."""
    stated = stated_minors(build)
    if stated or build.context is None:
        return stated
    minors = [release.version for release in supported("Python", build.today)]
    versions = allowed(build.context, minors)
    return [] if versions is None else [versions]


def installed_projects(build: Build) -> set[str]:
    """The directories of the build context whose projects are installed."""
    directories: set[str] = set()
    for install in installs(build):
        project = project_of(build, install)
        if project is not None:
            directories.add(project.directory)
        names = list(install.files)
        if install.local:
            names.append(f"{install.directory}/pyproject.toml")

        for name in names:
            origin = origin_of(build, install.instruction, name)
            if origin:
                folder, _, _ = origin.rpartition("/")
                directories.add(folder)
    return directories


def asked_for(build: Build) -> Iterator[Dependency]:
    """What commands and requirements files ask for, constraints among them."""
    for call in build.packages("pip", "uv"):
        yield from named(call.does)
        for file in requirements_of(build, call) or ():
            yield from file.dependencies
            yield from file.constraints


def named(does: PackageCommand) -> Iterator[Dependency]:
    """The packages of an index that a command names."""
    for package in does.packages:
        requirement = read_requirement(written(package.word))
        if package.kind == "registry" and requirement is not None:
            yield requirement


def is_known(build: Build, call: PackageInvocation, minor: str) -> bool:
    """Whether all that a command installs is known to have a wheel for a minor."""
    install = install_of(build, call)
    if install is not None and install.whole:
        return _is_locked(build, install)
    packages = call.does.packages
    if any(package.kind != "registry" for package in packages):
        return False
    requirements = requirements_of(build, call)
    if requirements is None:
        return False
    dependencies = list(named(call.does))
    for file in requirements:
        if file.missing:
            return False
        dependencies += file.dependencies
    return all(_exists(item, minor) for item in dependencies)


def _exists(dependency: Dependency, minor: str) -> bool:
    if dependency.name in _TOOLS and not dependency.specifier:
        return True
    return has_wheel(dependency, minor)


def _is_locked(build: Build, install: Install) -> bool:
    """Whether a lock file lists the wheels; which minors they fit was looked at before."""
    project = project_of(build, install)
    if project is None or build.context is None:
        return False
    for name in _LOCKS:
        path = f"{project.directory}/{name}".lstrip("/")
        locked = tuple(read_lock(build.context, path))
        if locked:
            return all(item.wheels or item.source != "registry" for item in locked)
    return False
