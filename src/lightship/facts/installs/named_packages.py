"""The Python packages that a build asks for, from wherever it names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.stages import reachable
from lightship.facts.installs.dependencies import installs
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.installs.wheel_sizes import megabytes
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
    if build.final is None:
        return False
    needed = reachable(build.evaluation.graph, [build.final])
    for package in named_packages(build):
        if megabytes([package.name]) < _GIGABYTES:
            continue
        stage = build.dockerfile.stage_of(package.instruction)
        if stage is not None and stage.index in needed:
            return True
    return False


def _named_packages(build: Build) -> tuple[NamedPackage, ...]:
    return tuple(
        NamedPackage(name.lower().replace("_", "-"), instruction)
        for name, instruction in _named(build)
    )


def _named(build: Build) -> Iterator[tuple[str, Instruction]]:
    for call in build.packages(*_MANAGERS):
        if call.does.installs:
            for package in call.does.packages:
                yield package.name, call.instruction
        for file in requirements_of(build, call) or ():
            for asked in file.dependencies:
                yield asked.name, call.instruction
        for name in locked_packages(build, call):
            yield name, call.instruction

    for install in installs(build):
        project = project_of(build, install)
        if project is not None:
            for dependency in project.dependencies:
                yield dependency.name, install.instruction
