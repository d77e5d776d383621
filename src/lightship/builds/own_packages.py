"""The packages that a repository publishes itself, by the names in its manifests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lightship.builds.workspace import DIRECTORY, Workspace
from lightship.regex import regex

# Manifests that say what a project is called, and where they say it
PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "package.json")
PROJECT_NAME = regex(r"(?m)^[^\S\n]*[\"']?name[\"']?\s*[=:]\s*[\"']?([\w.-]+)")
_DEPTH = 2
_MOST_FOLDERS = 100  # below the root whose manifests are read


def own_packages(workspace: Workspace) -> frozenset[str]:
    """The names of the projects at the root and up to two directories below it, as PyPI
    normalises them.
    """
    names: set[str] = set()
    for path in _manifests(workspace):
        text = workspace.text(path)
        name = PROJECT_NAME.search(text) if text else None
        if name is not None:
            # Few repositories publish any
            from lightship.pyproject.dependency import normalised  # noqa: PLC0415

            names.add(normalised(name[1]))
    return frozenset(names)


def _manifests(workspace: Workspace) -> Iterator[str]:
    yield from PROJECT_FILES
    for folder in islice(_folders(workspace), _MOST_FOLDERS):
        for manifest in PROJECT_FILES:
            yield f"{folder}/{manifest}"


def _folders(workspace: Workspace) -> Iterator[str]:
    """Those below the root, then those below them."""
    level = ["."]
    for _ in range(_DEPTH):
        below: list[str] = []
        for folder in level:
            for path in _below(workspace, folder):
                below.append(path)
                yield path
        level = below


def _below(workspace: Workspace, folder: str) -> Iterator[str]:
    for name in workspace.names(folder):
        path = name if folder == "." else f"{folder}/{name}"
        is_hidden = name.startswith(".") or name == "node_modules"
        if not is_hidden and workspace.kinds(path) == DIRECTORY:
            yield path
