"""Images to develop on the oldest Python that a project supports: such an old one is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname

from lightship.build import Build
from lightship.context.files import Context
from lightship.facts.stages.final_image import is_for_development
from lightship.pyproject.python_versions import allowed
from lightship.regex import regex

_MANUALS = ("README.md", "README.rst", "CONTRIBUTING.md", "CONTRIBUTING.rst")


def is_least_to_develop_on(build: Build, minor: str, projects: Iterable[str]) -> bool:
    """Whether it is a development image on the lowest minor that a project of `projects` (their
    directories) allows, or on one that a manual beside it names.
    """
    context = build.context
    if context is None or not is_for_development(build):
        return False
    folders = {"", *projects}
    if any(_is_lowest(context, minor, folder) for folder in folders):
        return True
    version = minor.replace(".", "[.]")
    name = regex(rf"(?i)\bpython[ \t-]?{version}(?!\d)")
    manuals = _manuals(build, context)
    return any(map(name.search, manuals))


def _is_lowest(context: Context, minor: str, folder: str) -> bool:
    major, _, number = minor.partition(".")
    if not number.isdecimal() or number == "0":
        return False
    before = int(number) - 1
    below = f"{major}.{before}"
    return allowed(context, [below, minor], folder) == (minor,)


def _manuals(build: Build, context: Context) -> Iterator[str]:
    """The texts of the manuals of the repository, and of those beside the Dockerfile."""
    beside = dirname(build.path or "")
    for folder in dict.fromkeys(("", beside)):
        for name in _MANUALS:
            path = f"{folder}/{name}"
            text = context.read(path.lstrip("/"))
            yield text or ""
