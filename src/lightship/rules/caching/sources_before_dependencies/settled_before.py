"""Whether what a project asks for was there before its sources were copied.

It was installed by name, or came with the base image.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from lightship.build import Build, PackageInvocation
from lightship.evaluation.paths import clean
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.dependency import Dependency, normalised
from lightship.pyproject.project import read_project
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy

# What makes an environment, or installs the program that does
_MAKING = ("venv", "virtualenv", "env create", "create -", "miniconda", "miniforge")
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")


def was_installed_before(early: EarlyCopy) -> bool:
    """Whether pip finds every requirement of the projects in place, and installs nothing again."""
    if not all(map(_is_of_pip, early.installs)):
        return False

    asked: set[str] = set()
    for install in early.installs:
        names = _asked(early.build, install)
        if not names:
            return False
        asked.update(names)

    installed = set(_installed_before(early))
    return asked <= installed


def has_own_base(early: EarlyCopy) -> bool:
    """Whether the stage starts from an image of the repository, which may have the packages.

    Those of Node stand beside the sources.
    """
    build = early.build
    if any(install.is_node for install in early.installs):
        return False
    image = build.root_image(early.stage)
    return image is not None and build.is_own_image(image)


def is_in_base_environment(early: EarlyCopy) -> bool:
    """Whether the RUN switches an environment on that comes with the base image.

    Nothing here makes one: what the project asks for may be there.
    """
    build = early.build
    image = build.root_image(early.stage)
    if image is None or image.official or build.mentions(*_MAKING):
        return False

    for call in build.commands(".", "source", "conda", "mamba", of=early.run):
        words = {word.text for word in call.command.args}
        is_sourced = call.command.name in (".", "source")
        if is_sourced or not words.isdisjoint(("activate", "run")):
            return True
    return False


def _is_of_pip(install: Install) -> bool:
    """Whether it is `pip install .`, without extras and other packages."""
    if install.files or not install.local:
        return False
    packages = install.does.packages
    return all(item.kind == "directory" and not item.extras for item in packages)


def _asked(build: Build, install: Install) -> set[str]:
    """What the project in the directory asks for; empty where that is not known."""
    context = build.context
    if context is None or len(install.local) != 1:
        return set()

    directory = install.local[0].name
    if not directory.startswith("/"):
        directory = f"{install.directory}/{directory}"

    names: set[str] = set()
    for manifest in _MANIFESTS:
        place = clean(f"{directory}/{manifest}")
        origin = origin_of(build, install.instruction, place)
        if not origin:
            continue
        folder = dirname(origin)
        project = read_project(context, folder)
        own = [item for item in project.dependencies if item.file == origin]
        names.update(map(_wanted, own))
    return names


def _wanted(item: Dependency) -> str:
    """A name; with the version where only that one will do."""
    if item.is_pinned:
        return f"{item.name}{item.specifier}"
    return item.name


def _installed_before(early: EarlyCopy) -> Iterator[str]:
    """What earlier commands of pip and uv install, in the stage and those below it.

    Each name, alone and with its version.
    """
    build = early.build
    end = early.copy.span.start
    stages = build.lineage_of(early.stage)
    for call in build.packages("pip", "uv", action="install"):
        if call.command.span.start >= end:
            continue
        if build.dockerfile.stage_of(call.instruction) in stages:
            yield from _names(build, call)


def _names(build: Build, call: PackageInvocation) -> Iterator[str]:
    for package in call.does.packages:
        if package.kind == "registry":
            name = normalised(package.name)
            yield name
            yield f"{name}{package.operator}{package.version}"

    for file in requirements_of(build, call) or ():
        for dependency in file.dependencies:
            yield dependency.name
            yield f"{dependency.name}{dependency.specifier}"
