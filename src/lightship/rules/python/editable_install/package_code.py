"""Whether an installed copy of a project would lack code that its sources have.

`find_packages` of setuptools, and `find:` in setup.cfg, take directories with an `__init__.py`
alone (setuptools, User guide, "Package Discovery"). A package that puts the directory above it on
its own `__path__` imports modules that lie beside it, and finds none of them in site-packages.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from lightship.build import Build, PackageInvocation
from lightship.context.files import Context
from lightship.evaluation.paths import below
from lightship.pyproject.data_files import at, toml
from lightship.pyproject.manifest_text import text_of
from lightship.regex import regex
from lightship.rules.python.editable_install.package_data import (
    is_of_setuptools,
    joined,
    lacks_data,
    project_of,
)

_PACKAGE = "__init__.py"
_FINDS = regex(r"\bfind_packages\(")
_FINDS_IN_CFG = regex(r"(?m)^packages\s*=\s*find:\s*$")
# Nobody imports them in the image
_FOR_WORK = frozenset("tests test testing docs doc examples benchmarks".split())
_LEAVES_ITSELF = regex(r"\b__path__(?:\.(?:append|insert|extend)\(|\s*\+?=)")
# The old way to share a namespace, which works wherever the package is
_SHARES_NAMESPACE = ("extend_path", "declare_namespace")


def lacks_files(build: Build, call: PackageInvocation, place: str) -> bool:
    """Whether an installed copy would lack code or data."""
    return lacks_data(build, call, place) or lacks_code(build, call, place)


def lacks_code(build: Build, call: PackageInvocation, place: str) -> bool:
    """Whether packages in `place` of the image would be left without some of their modules."""
    context = build.context
    if context is None:
        return False
    project = project_of(build, call, place)
    if project is None:
        return False
    packages = _packages(context, project)
    if any(_leaves_itself(context, package) for package in packages):
        return True
    if not _finds_marked_alone(context, project):
        return False
    return any(_left_out(context, project, packages))


def _packages(context: Context, project: str) -> set[str]:
    """The directories of the project with an `__init__.py`."""
    found: set[str] = set()
    for file in context.sent:
        is_inside = not project or below(file.path, project) is not None
        if file.name == _PACKAGE and is_inside:
            found.add(dirname(file.path))
    return found


def _leaves_itself(context: Context, package: str) -> bool:
    """Whether a package looks for its modules in a directory that is not its own."""
    text = text_of(context, joined(package, _PACKAGE))
    if "__file__" not in text or any(word in text for word in _SHARES_NAMESPACE):
        return False
    return _LEAVES_ITSELF.search(text) is not None


def _finds_marked_alone(context: Context, project: str) -> bool:
    """Whether setuptools is told to take directories with an `__init__.py` alone."""
    if not is_of_setuptools(context, project):
        return False
    if _FINDS.search(text_of(context, joined(project, "setup.py"))):
        return True
    if _FINDS_IN_CFG.search(text_of(context, joined(project, "setup.cfg"))):
        return True
    data = toml(context, joined(project, "pyproject.toml"))
    finder = ("tool", "setuptools", "packages", "find", "namespaces")
    return at(data, *finder) is False


def _left_out(context: Context, project: str, packages: set[str]) -> Iterator[str]:
    """The modules in a directory below a package that is none itself."""
    for file in context.sent:
        folder = dirname(file.path)
        if not file.name.endswith(".py") or folder in packages:
            continue
        path = folder if not project else below(folder, project)
        if path is None or not _FOR_WORK.isdisjoint(path.split("/")):
            continue
        if dirname(folder) in packages:
            yield file.path
