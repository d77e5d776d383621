"""Python: uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock, and pinned requirements."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.databases.package_lists import StatedPackage
from lightship.pyproject.dependency import Dependency, read_requirement
from lightship.pyproject.locks import LOCKS, locked_in
from lightship.pyproject.requirements import lines_of
from lightship.regex import regex
from lightship.sbom.locks.lock_error import json_object, toml_table

LOCAL = "local"
_PYLOCK = regex(r"pylock\.[^.]+\.toml")
_REQUIREMENTS = regex(r"(?i)(?:.*[-_.])?requirements(?:[-_.].*)?\.txt")


def is_lock(name: str) -> bool:
    """Whether a file of that name is a lock of a Python project."""
    return name in LOCKS or _PYLOCK.fullmatch(name) is not None


def is_requirements(path: str) -> bool:
    """Whether pip is usually given a file: `requirements-dev.txt`, `requirements/dev.txt`."""
    folder, _, name = path.rpartition("/")
    is_inside = folder.rpartition("/")[2] == "requirements"
    if is_inside and name.endswith(".txt"):
        return True
    return _REQUIREMENTS.fullmatch(name) is not None


def python_lock(name: str, text: str) -> Iterator[StatedPackage]:
    """The packages of a lock; a project of the repository itself has no version to install."""
    lock = "pylock.toml" if _PYLOCK.fullmatch(name) else name
    data = json_object(text) if lock == "Pipfile.lock" else toml_table(text)
    for locked in locked_in(lock, data):
        if locked.name and locked.source != LOCAL:
            yield StatedPackage("python", locked.name, locked.version)


def pinned(text: str) -> Iterator[StatedPackage]:
    """The requirements that ask for one version only."""
    for found in _requirements(text):
        if found.name and found.is_pinned:
            version = found.specifier.lstrip("= ")
            yield StatedPackage("python", found.name, version)


def open_count(text: str) -> int:
    """How many requirements name no single version: what they install is not known."""
    return sum(not found.is_pinned for found in _requirements(text))


def _requirements(text: str) -> Iterator[Dependency]:
    for line in lines_of(text):
        found = None if line.option else read_requirement(line.value)
        if found is not None:
            yield found
