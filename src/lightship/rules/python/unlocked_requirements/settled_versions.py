"""Which versions other requirements, other installs and the project itself settle."""

from __future__ import annotations

from collections.abc import Collection
from posixpath import dirname
from typing import TYPE_CHECKING

from lightship.build import Build, PackageInvocation
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import (
    install_of,
    requirements_of,
)
from lightship.pyproject.dependency import Dependency, normalised
from lightship.regex import regex
from lightship.shell.packages import Package

if TYPE_CHECKING:
    from lightship.pyproject.project import Project


# Each release of these asks for exactly one release of PyTorch
_BY_TORCH = frozenset({"torchvision", "torchaudio"})
_CONDAS = ("conda", "mamba", "micromamba")
_CONDA_VERSION = regex(r"[A-Za-z][\w.-]*=v?\d[\w.*]*")
# They are not part of what a lock would replace
_INSTALLERS = frozenset(
    "pip setuptools wheel uv poetry pdm pipenv pip-tools hatch python".split()
)
_MANIFESTS = ("pyproject.toml", "setup.py")


def loose_packages(
    build: Build, call: PackageInvocation, settled: Collection[str]
) -> list[Package]:
    """The packages of the command line without a version, there or in any other install."""
    loose = [package for package in call.does.packages if is_loose(package, settled)]
    if not loose:
        return []

    elsewhere = build.once(settled_names)
    return [package for package in loose if normalised(package.name) not in elsewhere]


def bounded_names(build: Build, call: PackageInvocation) -> set[str]:
    """What other requirements of the same command bound: a project with its extras, PyTorch."""
    bounded: set[str] = set()
    for package in call.does.packages:
        if normalised(package.name) == "torch" and not is_open(_specifier(package)):
            bounded |= _BY_TORCH

    # A project alone has no other requirement to bound
    local = [package for package in call.does.packages if package.kind == "directory"]
    if len(call.does.packages) == len(local):
        return bounded

    for package in local:
        bounded |= _bounded_by_project(build, call, package)
    return bounded


def project_at(
    build: Build, call: PackageInvocation, package: Package
) -> Project | None:
    """The project of the build context that a directory of the image holds."""
    install = install_of(build, call)
    context = build.context
    if install is None or context is None or install.directory is None:
        return None

    # 5 modules, and only an install of a project needs them
    from lightship.pyproject.project import read_project  # noqa: PLC0415

    place = join_workdir(install.directory, package.name or ".").path
    for name in _MANIFESTS:
        manifest = clean(f"{place}/{name}")
        origin = origin_of(build, call.instruction, manifest)
        if origin:
            return read_project(context, dirname(origin))
    return None


def installed_by_conda(build: Build, call: PackageInvocation) -> set[str]:
    """What conda has put into the image before an install of pip, which leaves it as it is."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return set()

    lineage = build.lineage_of(stage)
    names: set[str] = set()
    for earlier in build.packages(*_CONDAS, action="install"):
        is_before = earlier.command.span.start < call.command.span.start
        if is_before and build.dockerfile.stage_of(earlier.instruction) in lineage:
            names.update(normalised(package.name) for package in earlier.does.packages)
    return names


def settled_names(build: Build) -> frozenset[str]:
    """What some install of the file asks for with its version: that is in the image in the end."""
    names: set[str] = set()
    for call in build.packages("pip", "uv"):
        for file in requirements_of(build, call) or ():
            for asked in file.dependencies:
                if not is_open(asked.specifier):
                    names.add(asked.name)

        for package in call.does.packages:
            if not is_open(_specifier(package)):
                names.add(normalised(package.name))
            elif package.kind == "directory":
                names |= _bounded_by_project(build, call, package)
    return frozenset(names)


def _bounded_by_project(
    build: Build, call: PackageInvocation, package: Package
) -> set[str]:
    """What the project in a directory asks for in certain versions only, with these extras."""
    project = project_at(build, call, package)
    if project is None:
        return set()

    stated = list(project.dependencies)
    for extra in package.extras:
        stated += project.extras.get(normalised(extra), ())
    return {item.name for item in stated if not is_open(item.specifier)}


def is_mistyped(package: Package) -> bool:
    """Whether a version follows one `=`, as conda has it: pip refuses that."""
    if package.kind != "registry" or package.operator is not None:
        return False
    return _CONDA_VERSION.fullmatch(package.name) is not None


def has_earlier_pins(build: Build, call: PackageInvocation) -> bool:
    """Whether the stage, or one that it starts from, has installed stated versions before."""
    stage = build.dockerfile.stage_of(call.instruction)
    lineage = build.lineage_of(stage) if stage is not None else ()
    for earlier in build.packages("pip", "uv", *_CONDAS, action="install"):
        if earlier.command.span.start >= call.command.span.start:
            continue
        if build.dockerfile.stage_of(earlier.instruction) not in lineage:
            continue
        for package in earlier.does.packages:
            if package.pinned and normalised(package.name) not in _INSTALLERS:
                return True
        for file in requirements_of(build, earlier) or ():
            if any(asked.specifier.startswith("==") for asked in file.dependencies):
                return True
    return False


def has_unknown_before(build: Build, call: PackageInvocation) -> bool:
    """Whether an earlier install reads files that are not known: those of a clone, a made list.

    They may settle what this one names, which pip then leaves as it is.
    """
    if build.context is None:
        return False  # nothing is known of any file
    stage = build.dockerfile.stage_of(call.instruction)
    lineage = build.lineage_of(stage) if stage is not None else ()
    for earlier in build.packages("pip", "uv", action="install"):
        if earlier.command.span.start >= call.command.span.start:
            return False
        if build.dockerfile.stage_of(earlier.instruction) not in lineage:
            continue
        if requirements_of(build, earlier) is None:
            return True
    return False


def is_loose(package: Package, settled: Collection[str]) -> bool:
    if package.kind != "registry" or package.editable:
        return False
    if "$" in package.name or normalised(package.name) in settled:
        return False
    return package.operator is None or is_open(_specifier(package))


def _specifier(package: Package) -> str:
    """Its version as pip writes it; empty without one."""
    return f"{package.operator or ''}{package.version or ''}"


def is_pinned(dependency: Dependency) -> bool:
    return bool(dependency.hashes) or not is_open(dependency.specifier)


def is_open(specifier: str) -> bool:
    """Whether the newest version always fits.

    There is no version, or only a lowest one, or one that is left out.
    """
    parts = [part.strip() for part in specifier.split(",")]
    return all(part.startswith((">", "!=")) for part in filter(None, parts))
