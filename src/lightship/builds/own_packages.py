"""The packages that a repository publishes itself, by the names in its manifests."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.builds.own_images import PROJECT_FILES, PROJECT_NAME
from lightship.builds.workspace import DIRECTORY, Workspace
from lightship.pyproject.dependency import normalised

_MOST_FOLDERS = 100  # below the root whose manifests are read


def own_packages(workspace: Workspace) -> frozenset[str]:
    """The names of the projects at the root and one directory below it, as PyPI normalises them."""
    names: set[str] = set()
    for path in _manifests(workspace):
        text = workspace.text(path)
        name = PROJECT_NAME.search(text) if text else None
        if name is not None:
            names.add(normalised(name[1]))
    return frozenset(names)


def _manifests(workspace: Workspace) -> Iterator[str]:
    yield from PROJECT_FILES
    folders = 0
    for name in workspace.names("."):
        if name.startswith(".") or workspace.kinds(name) != DIRECTORY:
            continue
        folders += 1
        if folders > _MOST_FOLDERS:
            return
        for manifest in PROJECT_FILES:
            yield f"{name}/{manifest}"
