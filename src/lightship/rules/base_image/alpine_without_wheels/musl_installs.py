"""What the stages of an Alpine image install that has no wheel for musl."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import is_alpine
from lightship.base_images.pythons import image_python
from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.other_indexes import may_use_other_index
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import (
    install_of,
    requirements_of,
)
from lightship.facts.stages.final_image import is_for_development
from lightship.pyproject.dependency import Dependency, normalised, read_requirement
from lightship.pyproject.musl import UNBUILDABLE, is_locked_without, lacks_wheel
from lightship.record import record
from lightship.shell.specs import written

_PYTHON_2 = ("python2", "py2-")
_TOOLS = ("pip", "uv", "poetry", "pdm", "pipenv")
_INDEXES = ("--extra-index-url", "--find-links", "--index", "--no-index")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
# Compiled within seconds; and what Linux gets as sources alone, so that any image has a compiler
_QUICK = frozenset({"psutil", "pycurl"})
_FROM_SOURCES = frozenset(
    "dbus-python mysqlclient psycopg2 pycairo pygobject python-ldap uwsgi".split()
)


@record
class MuslInstalls:
    """The packages without a wheel that the stages on an image install.

    `unbuildable` are those among `names` that have no sources either.
    """

    stage: Stage
    image: Reference
    names: tuple[str, ...]
    unbuildable: tuple[str, ...]


def musl_installs(build: Build) -> Iterator[MuslInstalls]:
    """One for each FROM of an Alpine image that is to get such packages."""
    if "alpine" not in build.dockerfile.text:
        return

    for root, packages in sorted(_by_root(build).items()):
        image = _alpine_image(build, root)
        if image is None:
            continue

        brought = _of_alpine(build, root)
        names = [name for name in packages if name not in brought]
        if not names:
            continue

        unbuildable = [name for name in names if packages[name]]
        if not unbuildable and not _is_of_final(build, root):
            continue  # the final image has no compilers
        if _QUICK.issuperset(names) and _may_compile(build, image):
            continue

        yield MuslInstalls(
            build.dockerfile.stages[root],
            image,
            tuple(names),
            tuple(unbuildable),
        )


def _may_compile(build: Build, image: Reference) -> bool:
    """Whether some seconds of a compiler are nothing: it is there anyway, or nobody pulls it."""
    if image_python(image) is None or is_for_development(build):
        return True
    return _compiles_anyway(build)


def _compiles_anyway(build: Build) -> bool:
    """Whether something else is installed that has no wheels for glibc either."""
    for call in build.packages(*_TOOLS, action="install"):
        names = {asked.name for asked in _asked_for(build, call)}
        if names & _FROM_SOURCES:
            return True
    return False


def _is_of_final(build: Build, root: int) -> bool:
    """Whether the final image comes from the FROM of that index."""
    return (
        build.final is not None
        and build.evaluation.graph.roots[build.final.index] == root
    )


def _by_root(build: Build) -> dict[int, dict[str, bool]]:
    """The packages without a wheel that the stages on each Alpine image install.

    By the stage that names the image; each with whether it has no sources either.
    """
    by_root: dict[int, dict[str, bool]] = {}
    for call in build.packages(*_TOOLS):
        if not call.does.installs:
            continue

        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or may_use_other_index(build, call, counts_mirrors=False):
            continue
        if _is_python_2(build):
            continue  # its packages have no wheels for Debian's either

        root = build.evaluation.graph.roots[stage.index]
        image = _alpine_image(build, root)
        if image is None:
            continue

        for name, unbuildable in _missing(build, call, image):
            packages = by_root.setdefault(root, {})
            packages.setdefault(name, unbuildable)
    return by_root


def _is_python_2(build: Build) -> bool:
    """Whether apk installs Python 2."""
    for call in build.packages("apk", action="install"):
        for package in call.does.packages:
            if package.name.startswith(_PYTHON_2):
                return True
    return False


def _alpine_image(build: Build, root: int) -> Reference | None:
    image = read_reference(build.evaluation.bases[root].name)
    if isinstance(image, Reference) and is_alpine(image):
        return image
    return None


def _of_alpine(build: Build, root: int) -> set[str]:
    """Packages of Python that apk brings: `py3-numpy`."""
    roots = build.evaluation.graph.roots
    names = set()
    for call in build.packages("apk", action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or roots[stage.index] != root:
            continue
        for package in call.does.packages:
            if package.name.startswith("py3-"):
                name = package.name.removeprefix("py3-")
                names.add(normalised(name))
    return names


def _missing(
    build: Build, call: PackageInvocation, image: Reference
) -> Iterator[tuple[str, bool]]:
    """The packages without a wheel, and whether they have no sources either."""
    python = image_python(image)
    minor = python.minor if python is not None else ""
    if minor.startswith("2"):
        return  # as above
    locked = locked_packages(build, call)
    install = install_of(build, call)
    project = project_of(build, install) if install is not None else None
    if locked and project is not None:
        for package in project.locked:
            if package.name in locked and is_locked_without(package, minor):
                yield package.name, not package.has_sdist
        return
    for dependency in _asked_for(build, call):
        if lacks_wheel(dependency, minor):
            yield dependency.name, dependency.name in UNBUILDABLE


def _asked_for(build: Build, call: PackageInvocation) -> Iterator[Dependency]:
    """What a command names, what its requirements files do, and what the project asks for."""
    for package in call.does.packages:
        if package.kind != "registry":
            continue
        requirement = read_requirement(written(package.word))
        if requirement is not None:
            yield requirement

    for file in requirements_of(build, call) or ():
        options = {line.option for line in file.options}
        if options.isdisjoint(_INDEXES):
            yield from file.dependencies
    yield from _of_project(build, call)


def _of_project(build: Build, call: PackageInvocation) -> Iterator[Dependency]:
    context = build.context
    install = install_of(build, call)
    if install is None or context is None:
        return
    if not install.whole and not install.project:
        return
    # 5 modules, and only an install of a project needs them
    from lightship.pyproject.project import read_project  # noqa: PLC0415

    project = project_of(build, install)
    if project is None and call.does.manager == "pip":
        project = read_project(context)
    if project is None:
        return
    manifests = {project.path(name) for name in _MANIFESTS}
    for dependency in project.dependencies:
        if dependency.file in manifests:
            yield dependency
