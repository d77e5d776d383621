"""Wheels that another stage makes, where they are small.

They are the project's own, or those of small packages.
"""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import basename

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.copies import Copying, Operand
from lightship.facts.installs.wheel_sizes import megabytes
from lightship.pyproject.dependency import normalised
from lightship.shell.project_builds import builds_project

_MUCH = 10  # megabytes, as for all files that are removed too late
_OF_WHEELS = (".whl", "dist", "wheels", "wheelhouse")


def are_small_wheels(build: Build, copying: Copying, source: Operand) -> bool:
    """Whether a source of COPY is all wheels of a stage, which are little together."""
    origin = _origin(build, copying)
    if origin is None or not basename(_path(source)).endswith(_OF_WHEELS):
        return False

    lineage = build.lineage_of(origin)
    made = [
        call
        for call in build.packages("pip", action="download")
        if build.dockerfile.stage_of(call.instruction) in lineage
    ]
    if not all(map(_is_of_project, made)) and not _are_little(made):
        return False
    return bool(made) or any(
        builds_project(call.command)
        for call in build.commands()
        if build.dockerfile.stage_of(call.instruction) in lineage
    )


def _origin(build: Build, copying: Copying) -> Stage | None:
    for sources in build.evaluation.graph.sources:
        for source in sources:
            if source.instruction is copying.instruction:
                return source.stage
    return None


def _path(source: Operand) -> str:
    path = source.value or source.word.text
    return path.rstrip("/*")


def _is_of_project(call: PackageInvocation) -> bool:
    """Whether it makes the wheel of a directory, without what that depends on."""
    does = call.does
    if does.requirements or does.option("--no-deps") is None:
        return False
    return all(package.kind == "directory" for package in does.packages)


def _are_little(calls: Iterable[PackageInvocation]) -> bool:
    """Whether all of them name packages that are known to be small together."""
    names: list[str] = []
    for call in calls:
        does = call.does
        packages = does.packages
        if does.requirements or any(item.kind != "registry" for item in packages):
            return False
        names += [normalised(item.name) for item in packages]
    return megabytes(names) < _MUCH
