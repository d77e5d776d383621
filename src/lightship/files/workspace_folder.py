"""A repository on the disk as a Workspace: what may say how images are built."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

from lightship.builds.workspace import DIRECTORY, FILE, Workspace
from lightship.context.files import MOST_ENTRIES
from lightship.files.reading import read_regular
from lightship.files.search import find_files, is_dockerfile

# Directories below the root whose own directories are looked into for one Dockerfile
_DEEP = (".github", ".devcontainer")
_WORKFLOWS_IN = frozenset({".github", ".gitea", ".forgejo"})
_MOST_FOLDERS = 500  # that are listed for one Dockerfile


class _EnoughError(Exception):
    """Ends a walk."""


def repository_of(folder: str) -> str:
    """The root of the repository that a directory lies in; the directory itself without one.

    Workflows only stand two directories below the root, also where git knows of none.
    """
    start = os.path.realpath(folder)
    directory = start
    while not os.path.lexists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return _above_workflows(start)
        directory = parent
    return directory


def _above_workflows(folder: str) -> str:
    parent, name = os.path.split(folder)
    root, platform = os.path.split(parent)
    is_of_workflows = name == "workflows" and platform in _WORKFLOWS_IN
    return root if is_of_workflows else folder


def open_workspace(root: str, speaks: Callable[[str], bool]) -> Workspace:
    """All of a repository: the files that git does not ignore and of whose name `speaks` is true.

    Nothing is walked before the paths are asked for, and no link leads outside. Of a repository
    with more than MOST_ENTRIES files the first ones are read.
    """
    top = os.path.realpath(root)
    start = len(top.rstrip(os.sep)) + 1

    def from_root(path: str) -> str:
        return path[start:].replace(os.sep, "/")

    def listed() -> Iterator[str]:
        seen = 0

        def is_named(path: str) -> bool:
            nonlocal seen
            seen += 1
            if seen > MOST_ENTRIES:
                raise _EnoughError
            inside = from_root(path)
            return _is_dockerfile_path(inside) or speaks(inside)

        with suppress(_EnoughError):
            yield from map(from_root, find_files(top, is_named))

    return _workspace(top, listed)


def open_near(root: str, dockerfile: str, speaks: Callable[[str], bool]) -> Workspace:
    """The part of a repository that most likely speaks of one Dockerfile: no walk.

    These are the directories above it, those directly below the root, and those of CI.
    `dockerfile` counts from the root.
    """

    def listed() -> Iterator[str]:
        for folder in _near_folders(root, dockerfile):
            for name in _names(os.path.join(root, folder)):
                path = f"{folder}/{name}" if folder else name
                if speaks(path) and os.path.isfile(os.path.join(root, path)):
                    yield path

    return _workspace(root, listed)


def _workspace(root: str, listed: Callable[[], Iterator[str]]) -> Workspace:
    place = os.path.realpath(root)
    start = place.rstrip(os.sep) + os.sep

    @cache
    def inside(path: str) -> str | None:
        """Where a path really is; None where that is outside of the root, or nowhere."""
        try:
            real = os.path.realpath(os.path.join(place, path))
        except (OSError, ValueError):
            return None
        is_inside = real == place or real.startswith(start)
        return real if is_inside else None

    def kinds(path: str) -> str:
        real = inside(path)
        return _kind(real) if real is not None else ""

    def reader(path: str) -> bytes | None:
        real = inside(path)
        return read_regular(real) if real is not None else None

    def names(path: str) -> list[str]:
        real = inside(path)
        return _names(real) if real is not None else []

    return Workspace(listed, _is_dockerfile_path, reader, kinds, names)


def _kind(path: str) -> str:
    """What is at a path on the disk."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return ""
    if stat.S_ISDIR(mode):
        return DIRECTORY
    if stat.S_ISREG(mode):
        return FILE
    return ""


def _is_dockerfile_path(path: str) -> bool:
    return is_dockerfile(path.rpartition("/")[2])


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _near_folders(root: str, dockerfile: str) -> list[str]:
    """Directories from the root, each once; the root is empty."""
    folders = [""]
    folder = ""
    for part in dockerfile.split("/")[:-1]:
        folder = f"{folder}/{part}" if folder else part
        folders.append(folder)
    for name in _names(root):
        place = os.path.join(root, name)
        if name != ".git" and _is_real_folder(place):
            folders.append(name)
    for top in _DEEP:
        folders += _folders_below(root, top)
    unique = list(dict.fromkeys(folders))
    return unique[:_MOST_FOLDERS]


def _folders_below(root: str, top: str) -> list[str]:
    """The directories in a directory, and those in them."""
    found: list[str] = []
    waiting = [top]
    for folder in waiting:
        for name in _names(os.path.join(root, folder)):
            path = f"{folder}/{name}"
            if not _is_real_folder(os.path.join(root, path)):
                continue
            found.append(path)
            is_deep = path.count("/") > 1
            if not is_deep and len(found) < _MOST_FOLDERS:
                waiting.append(path)
    return found


def _is_real_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)
