"""Installs of uv, PDM and Pipenv that accept a lock file that is out of date."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import has_hidden_options, is_set
from lightship.facts.installs.project_files import (
    Presence,
    has_manifest,
    presence,
    project_of,
)
from lightship.record import record

ABSENT = Presence(False)


@record
class LockTool:
    """`names` are its subcommands, `option` the one that is missing; the others do as well."""

    names: tuple[str, ...]
    option: str
    others: tuple[str, ...]
    variables: tuple[str, ...]


LOCK_TOOLS = {
    "uv": LockTool(
        ("sync", "run"),
        "--locked",
        (
            "--frozen",
            "--no-sync",
            "--check",
            "--upgrade",
            "--upgrade-package",
            "--isolated",
            # Without the sources uv.lock never fits
            "--no-sources",
        ),
        ("UV_LOCKED", "UV_FROZEN", "UV_NO_SYNC", "UV_NO_SOURCES"),
    ),
    "pdm": LockTool(
        ("install",),
        "--check",
        ("--frozen-lockfile", "--no-lock"),
        ("PDM_FROZEN_LOCKFILE",),
    ),
    "pipenv": LockTool(
        ("install",),
        "--deploy",
        ("--ignore-pipfile", "--skip-lock"),
        ("PIPENV_IGNORE_PIPFILE",),
    ),
}


def front_of(installs: Sequence[Install]) -> list[Install]:
    """Without the `uv run` after a `uv sync`: there is nothing left for them to resolve."""
    front: list[Install] = []
    is_synced = False
    for install in installs:
        if install.does.name == "sync":
            is_synced = True
        if install.does.name != "run" or not is_synced:
            front.append(install)
    return front


def is_unchecked(build: Build, about: LockTool, install: Install) -> bool:
    """Whether no option or variable makes sure that the lock file is up to date."""
    does = install.does
    if does.name not in about.names or does.option(about.option, *about.others):
        return False
    if has_hidden_options(install):
        return False
    if does.name == "run" and not has_manifest(build, install):
        return False
    if install.tool == "uv" and _lacks_members(build, install):
        return False
    return not is_set(build, install, *about.variables)


def _lacks_members(build: Build, install: Install) -> bool:
    """Whether members of the workspace are not there yet: uv.lock cannot fit without them."""
    project = project_of(build, install)
    context = build.context
    if project is None or context is None or install.directory is None:
        return False

    start = f"{project.directory}/" if project.directory else ""
    for pattern in project.members:
        for file in context.files:
            path = file.path.removeprefix(start)
            folder, _, name = path.rpartition("/")
            if name != "pyproject.toml" or not fnmatchcase(folder, pattern):
                continue
            place = posixpath.join(install.directory, folder, name)
            if presence(build, install.instruction, place) == ABSENT:
                return True
    return False
