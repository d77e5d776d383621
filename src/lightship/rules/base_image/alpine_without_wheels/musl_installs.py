"""What the stages of an Alpine image install that has no wheel for musl."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import is_alpine
from lightship.base_images.pythons import image_python
from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import (
    environment_of,
    install_of,
    requirements_of,
)
from lightship.pyproject.dependency import Dependency, normalised, read_requirement
from lightship.pyproject.musl import UNBUILDABLE, is_locked_without, lacks_wheel
from lightship.pyproject.project import read_project
from lightship.record import record
from lightship.shell.specs import written

_TOOLS = ("pip", "uv", "poetry", "pdm", "pipenv")
_INDEXES = ("--extra-index-url", "--find-links", "--index", "--no-index")
_VARIABLES = (
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX",
)


@record
class MuslInstalls:
    """The packages without a wheel that the stages on an image install; `unbuildable` are those without sources too."""

    stage: Stage
    image: Reference
    names: tuple[str, ...]
    unbuildable: tuple[str, ...]


def musl_installs(build: Build) -> Iterator[MuslInstalls]:
    """One for each FROM of an Alpine image."""
    if "alpine" not in build.dockerfile.text:
        return
    graph = build.evaluation.graph
    names: dict[int, dict[str, bool]] = {}
    for found in build.packages(*_TOOLS):
        stage = build.dockerfile.stage_of(found.instruction)
        if (
            stage is None
            or not found.does.installs
            or _has_another_source(build, found)
        ):
            continue
        root = graph.roots[stage.index]
        image = read_reference(build.evaluation.bases[root].name)
        if isinstance(image, Reference) and is_alpine(image):
            for name, unbuildable in _missing(build, found, image):
                names.setdefault(root, {}).setdefault(name, unbuildable)
    for root, missing in sorted(names.items()):
        image = read_reference(build.evaluation.bases[root].name)
        left = {
            name: unbuildable
            for name, unbuildable in missing.items()
            if name not in _of_alpine(build, root)
        }
        if isinstance(image, Reference) and left:
            hopeless = tuple(name for name, unbuildable in left.items() if unbuildable)
            yield MuslInstalls(
                build.dockerfile.stages[root], image, tuple(left), hopeless
            )


def _has_another_source(build: Build, found: PackageInvocation) -> bool:
    """Whether wheels may come from somewhere else than the usual index."""
    return found.does.option(*_INDEXES) is not None or any(
        environment_of(build, found).get(name) for name in _VARIABLES
    )


def _of_alpine(build: Build, root: int) -> set[str]:
    """Packages of Python that apk brings: `py3-numpy`."""
    stages = build.evaluation.graph.roots
    return {
        normalised(package.name.removeprefix("py3-"))
        for found in build.packages("apk", action="install")
        if (stage := build.dockerfile.stage_of(found.instruction)) is not None
        and stages[stage.index] == root
        for package in found.does.packages
        if package.name.startswith("py3-")
    }


def _missing(
    build: Build, found: PackageInvocation, image: Reference
) -> Iterator[tuple[str, bool]]:
    """The packages without a wheel, and whether they have no sources either."""
    python = image_python(image)
    minor = python.minor if python is not None else ""
    locked = locked_packages(build, found)
    install = install_of(build, found)
    project = project_of(build, install) if install is not None else None
    if locked and project is not None:
        for package in project.locked:
            if package.name in locked and is_locked_without(package, minor):
                yield package.name, not package.has_sdist
        return
    for dependency in _asked_for(build, found):
        if lacks_wheel(dependency, minor):
            yield dependency.name, dependency.name in UNBUILDABLE


def _asked_for(build: Build, found: PackageInvocation) -> Iterator[Dependency]:
    """What a command names, what its requirements files do, and what the project asks for."""
    for package in found.does.packages:
        read = (
            read_requirement(written(package.word))
            if package.kind == "registry"
            else None
        )
        if read is not None:
            yield read
    for each in requirements_of(build, found) or ():
        if not any(line.option in _INDEXES for line in each.options):
            yield from each.dependencies
    install, context = install_of(build, found), build.context
    if install is None or context is None or not (install.whole or install.project):
        return
    project = project_of(build, install) or (
        read_project(context) if found.does.manager == "pip" else None
    )
    if project is not None:
        files = (
            project.path("pyproject.toml"),
            project.path("setup.py"),
            project.path("setup.cfg"),
        )
        named = (*files, project.path("Pipfile"))
        yield from (each for each in project.dependencies if each.file in named)
