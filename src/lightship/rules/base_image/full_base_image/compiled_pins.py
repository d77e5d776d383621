"""Pinned packages that are compiled when they are installed, since they have no wheel."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.stages.stage_python import stage_python
from lightship.pyproject.cpython_wheels import is_compiled
from lightship.pyproject.dependency import Dependency, read_requirement
from lightship.shell.specs import written


def compiled_pins(build: Build, call: PackageInvocation) -> Iterator[str]:
    """The names of those that an install of pip or uv takes."""
    if call.does.manager not in ("pip", "uv"):
        return
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return
    python = stage_python(build, stage)
    if python is None:
        return

    for dependency in _asked(build, call):
        if not dependency.marker and is_compiled(dependency, python.minor):
            yield dependency.name


def _asked(build: Build, call: PackageInvocation) -> Iterator[Dependency]:
    """What it names, and what its requirements files ask for."""
    for package in call.does.packages:
        requirement = read_requirement(written(package.word))
        if package.kind == "registry" and requirement is not None:
            yield requirement

    for file in requirements_of(build, call) or ():
        yield from file.dependencies
