"""The Python packages that a build asks for, from wherever it names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.installs.dependencies import installs
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.installs.wheel_sizes import megabytes
from lightship.facts.stages.built_stages import built_indices
from lightship.record import record

_MANAGERS = ("pip", "uv", "conda", "micromamba", "poetry", "pdm", "pipenv")
_GIGABYTES = 900  # megabytes that are downloaded; unpacked they are twice that and more


@record
class NamedPackage:
    """The name of a package, as `PyYAML` is normalised, and the RUN that installs it."""

    name: str
    instruction: Instruction


def named_packages(build: Build) -> Sequence[NamedPackage]:
    """What is installed by name, by a requirements file, from a lock file or for a project."""
    return build.once(_named_packages)


def installs_gigabytes(build: Build) -> bool:
    """Whether a stage that the final image needs installs PyTorch or what is as large.

    A virtual environment is copied from the stage that makes it.
    """
    return build.once(_installs_gigabytes)


def _installs_gigabytes(build: Build) -> bool:
    needed = built_indices(build)
    if not needed:
        return False
    dockerfile = build.dockerfile
    for package in named_packages(build):
        names = [package.name]
        if megabytes(names) < _GIGABYTES:
            continue
        stage = dockerfile.stage_of(package.instruction)
        if stage is None:
            continue
        if stage.index in needed:
            return True
    return False


def _named_packages(build: Build) -> tuple[NamedPackage, ...]:
    packages: list[NamedPackage] = []
    for name, instruction in _named(build):
        lower = name.lower()
        normalised = lower.replace("_", "-")
        package = NamedPackage(normalised, instruction)
        packages.append(package)
    return tuple(packages)


def _named(build: Build) -> Iterator[tuple[str, Instruction]]:
    for call in build.packages(*_MANAGERS):
        instruction = call.instruction
        for name in _named_by(build, call):
            yield name, instruction

    for install in installs(build):
        instruction = install.instruction
        project = project_of(build, install)
        if project is None:
            continue
        for dependency in project.dependencies:
            name = dependency.name
            yield name, instruction


def _named_by(build: Build, call: PackageInvocation) -> Iterator[str]:
    """What a command names itself, and what the files have that it reads."""
    does = call.does
    if does.installs:
        for package in does.packages:
            yield package.name

    files = requirements_of(build, call)
    if files is not None:
        for file in files:
            for asked in file.dependencies:
                yield asked.name
    yield from locked_packages(build, call)
