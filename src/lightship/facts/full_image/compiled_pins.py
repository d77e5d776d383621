"""Pinned packages that are compiled when they are installed, since they have no wheel."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.stages.stage_python import least_minor, stage_python
from lightship.pyproject.cpython_wheels import is_compiled
from lightship.pyproject.dependency import Dependency, read_requirement
from lightship.pyproject.without_compiler import is_held_back, needs_no_compiler
from lightship.shell.specs import written


def compiled_pins(build: Build, call: PackageInvocation) -> Iterator[str]:
    """The names of those that an install of pip or uv takes."""
    if call.does.manager not in ("pip", "uv"):
        return
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return
    python = stage_python(build, stage)
    # What has no wheel for the oldest Python that `python:3` may mean has none for a newer one
    minor = python.minor if python is not None else least_minor(build, stage)
    if not minor:
        return

    for dependency in _asked(build, call):
        if not dependency.marker and is_compiled(dependency, minor):
            yield dependency.name


def _asked(build: Build, call: PackageInvocation) -> Iterator[Dependency]:
    """What it names, and what its requirements files ask for."""
    for package in call.does.packages:
        requirement = read_requirement(written(package.word))
        if package.kind == "registry" and requirement is not None:
            yield requirement

    for file in requirements_of(build, call) or ():
        yield from file.dependencies


def are_wheels_known(build: Build, root: Stage) -> bool:
    """Whether all that pip installs in the stages from `root` is known to need no compiler.

    The newest release of a package has wheels nearly always. An old one may have none for this
    Python, and whether it does is known of some packages alone.
    """
    return next(unknown_wheels(build, root), None) is None


def unknown_wheels(build: Build, root: Stage) -> Iterator[str]:
    """What pip installs there of which it is not known, as it is asked for: `lxml==4.9.1`."""
    roots = build.evaluation.graph.roots
    for call in build.packages("pip", "uv"):
        stage = build.dockerfile.stage_of(call.instruction)
        if not call.does.installs or stage is None or roots[stage.index] != root.index:
            continue
        python = stage_python(build, stage)
        minor = python.minor if python is not None else ""
        for dependency in _asked(build, call):
            is_sure = needs_no_compiler(dependency, minor)
            if is_held_back(dependency) and not is_sure:
                yield f"{dependency.name}{dependency.specifier}"
