"""Installs of uv, PDM and Pipenv that accept a lock file that is out of date."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import related
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.installs.project_commands import (
    has_hidden_options,
    is_set,
    stage_of,
)
from lightship.facts.installs.project_files import (
    Presence,
    has_manifest,
    presence,
    project_of,
)
from lightship.record import record
from lightship.shell.commands import Command, Script

ABSENT = Presence(False)
_WITHOUT_LOCK = frozenset({("pip", "install"), ("uv", "pip install")})


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


def is_fallback(about: LockTool, every: Sequence[Install], install: Install) -> bool:
    """Whether it is done where one that insists on the lock file cannot be.

    `uv sync --frozen || uv sync`, or the `else` after it: the lock file may be missing.
    """
    for other in every:
        if other.script is not install.script or other is install:
            continue
        if other.command.index > install.command.index:
            continue
        if not other.does.option(about.option, *about.others):
            continue
        if _is_alternative(install.script, other.command, install.command):
            return True
    return False


def _is_alternative(script: Script, first: Command, second: Command) -> bool:
    branches = {
        (block.parent, block.pipeline): block
        for block in script.enclosing(first)
        if block.kind == "if"
    }
    for block in script.enclosing(second):
        branch = branches.get((block.parent, block.pipeline), block)
        if branch is not block:
            return True
    between = script.pipelines[first.pipeline + 1 : second.pipeline + 1]
    return any(pipeline.operator == "||" for pipeline in between)


def is_left_behind(build: Build, install: Install) -> bool:
    """Whether the image gets the project by a later install, which reads no lock file.

    `uv sync` only fills the cache where `uv pip install --system .` follows, and nothing copies
    its environment out of the stage.
    """
    stage = stage_of(build, install)
    if (
        install.does.name != "sync"
        or stage in build.lineage
        or _is_copied(build, stage)
    ):
        return False
    start = install.command.span.start
    for other in installs(build):
        reads_no_lock = (other.tool, other.does.name) in _WITHOUT_LOCK
        is_later = other.project and other.command.span.start > start
        if reads_no_lock and is_later and stage_of(build, other) is stage:
            return True
    return False


def _is_copied(build: Build, stage: Stage) -> bool:
    """Whether COPY may take the environment of `uv sync` from a stage, or from one made of it."""
    # Few builds have such a stage
    from lightship.facts.stages.package_trees import trees  # noqa: PLC0415

    places = [
        tree.path for tree in trees(build, stage).values() if tree.tool == "uv sync"
    ]
    for copy in stage_copies(build):
        if stage not in build.lineage_of(copy.origin):
            continue
        if not places or any(related(place, copy.source) for place in places):
            return True
    return False


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
