"""Whether an installed copy of a project would lack files that its sources have.

setuptools installs Python files alone, unless it is told of others (setuptools, User guide, "Data
Files Support"). Hatchling, Flit, Poetry and uv's own backend take all that lies in a package.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from lightship.build import Build, PackageInvocation
from lightship.context.files import Context
from lightship.evaluation.paths import below, clean
from lightship.facts.copies.origins import origin_of
from lightship.pyproject.data_files import text_at, toml
from lightship.pyproject.manifest_text import text_of

_MANIFESTS = ("setup.py", "setup.cfg", "pyproject.toml")
_TOLD = ("package_data", "package-data", "data_files", "data-files")
_PACKAGE = "__init__.py"
# What nobody opens beside the code: the code itself, what is compiled, and texts for people
_NOT_DATA = (
    *(".py", ".pyc", ".pyi", ".pyx", ".pxd", ".c", ".h", ".cpp", ".so"),
    *(".md", ".rst", ".gitkeep", ".gitignore", ".typed"),
)


def lacks_data(build: Build, call: PackageInvocation, place: str) -> bool:
    """Whether packages in `place` of the image have data files of which setuptools is not told."""
    context = build.context
    if context is None:
        return False
    project = project_of(build, call, place)
    if project is None or not is_of_setuptools(context, project):
        return False
    texts = [text_of(context, joined(project, name)) for name in _MANIFESTS]
    if any(word in text for text in texts for word in _TOLD):
        return False
    if context.exists(joined(project, "MANIFEST.in")):
        return False
    return any(_data_files(context, project))


def project_of(build: Build, call: PackageInvocation, place: str) -> str | None:
    """The directory of the context that a place of the image comes from; None if not known."""
    for name in _MANIFESTS:
        origin = origin_of(build, call.instruction, clean(f"{place}/{name}"))
        if origin:
            return dirname(origin)
    return None


def is_of_setuptools(context: Context, project: str) -> bool:
    """Whether setuptools builds it, which is what pip takes where nothing else is said."""
    data = toml(context, joined(project, "pyproject.toml"))
    backend = text_at(data, "build-system", "build-backend")
    return not backend or backend.startswith("setuptools")


def _data_files(context: Context, project: str) -> Iterator[str]:
    """The files beside or below the code of a package that are not code."""
    packages: set[str] = set()
    for file in context.sent:
        if file.name == _PACKAGE:
            packages.add(dirname(file.path))

    for file in context.sent:
        if file.path.endswith(_NOT_DATA):
            continue
        if project and below(file.path, project) is None:
            continue
        if not packages.isdisjoint(_directories(file.path)):
            yield file.path


def _directories(path: str) -> Iterator[str]:
    """The directories above a path, the nearest first."""
    while "/" in path:
        path = dirname(path)
        yield path


def joined(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
