"""Which files of the build context stand in the image where an install runs.

And the project that they make.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from posixpath import basename
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.facts.installs.dependencies import Install
from lightship.record import record
from lightship.shell.commands import Command

if TYPE_CHECKING:
    from lightship.pyproject.project import Project

MANIFESTS = {
    "uv": "pyproject.toml",
    "poetry": "pyproject.toml",
    "pdm": "pyproject.toml",
    "pipenv": "Pipfile",
}
LOCKS = {
    "uv": "uv.lock",
    "poetry": "poetry.lock",
    "pdm": "pdm.lock",
    "pipenv": "Pipfile.lock",
}
# A RUN that may bring files which no COPY has brought
_BRINGS = (
    "git",
    "curl",
    "wget",
    "tar",
    "unzip",
    "cp",
    "mv",
    "rsync",
    "svn",
    "ln",
    "cat",
    "echo",
    "tee",
)
# Of these, those whose last operand is where it goes
_GOES_TO_LAST = frozenset({"cp", "ln", "mv"})
_ANYWHERE = "/"


@record
class Presence:
    """Whether a file is there; None where that is not known.

    `origin` is the file of the build context that it comes from, as far as is known. `is_fixed`
    says that it is mounted so that it cannot be written.
    """

    is_there: bool | None
    origin: str | None = None
    is_fixed: bool = False


def presence(build: Build, run: Instruction, path: str) -> Presence:
    """Whether a file stands at `path` of the image when a RUN begins."""
    presences = list(_by_mounts(build, run, path))
    presences += _by_copies(build, run, path)
    if not presences:
        return Presence(False)

    for known in presences:
        if known.is_there is not None:
            return known
    return Presence(None)


def _by_mounts(build: Build, run: Instruction, path: str) -> Iterator[Presence]:
    workdir = "/"
    state = build.evaluation.before(run)
    if state is not None:
        workdir = state.workdir

    for mount in build.mounts(run):
        if mount.type != "bind":
            continue

        target = in_workdir(workdir, mount.target)
        rest = below(path, target)
        if rest is None:
            continue
        if mount.from_:
            file = Presence(None)
        else:
            source = mount.source.strip("/") or "."
            origin = posixpath.normpath(f"{source}/{rest}")
            is_named = not rest
            file = _in_context(build, origin, exact=is_named)
        yield replace(file, is_fixed=mount.readonly)


def _in_context(build: Build, origin: str, *, exact: bool) -> Presence:
    """A file that is named itself is there, or the build fails.

    What a directory holds only the build context can tell.
    """
    context = build.context
    if context is None:
        is_there = True if exact else None
        return Presence(is_there, origin)
    if context.read(origin) is None:
        return Presence(False)
    if context.ignore.matches(origin):
        return Presence(False)
    return Presence(True, origin)


def _by_copies(build: Build, run: Instruction, path: str) -> Iterator[Presence]:
    """The last copy that brings it, and whatever may bring it unseen."""
    stage = build.dockerfile.stage_of(run)
    copies, places = build.once(_copies)
    if stage is None:
        yield Presence(None)
        return

    for item in _before(build, stage, run):
        brought = copies.get(item)
        if brought is None:
            if _may_bring(build, item, path, places.get(item)):
                yield Presence(None)
            continue

        origin = brought.origin(build.context, path)
        if not origin:
            continue

        is_named = origin in brought.sources
        file = _in_context(build, origin, exact=is_named)
        if file.is_there is not False:
            yield file


def _before(build: Build, stage: Stage, run: Instruction) -> Iterator[Instruction]:
    """The instructions before a RUN, the last one first, those of base stages too."""
    start = run.span.start
    line = build.lineage_of(stage)
    for earlier in reversed(line):
        for item in reversed(earlier.instructions):
            is_of_base = earlier is not stage
            if is_of_base or item.span.start < start:
                yield item


def _may_bring(build: Build, item: Instruction, path: str, place: str | None) -> bool:
    """Whether an instruction may put a file there that no copy is known to bring."""
    if item.keyword == "RUN":
        if item.heredocs:
            return True
        if basename(path) in item.line.text:
            return True
        brought_to = build.once(_bringing_runs).get(item, ())
        return any(below(path, target) is not None for target in brought_to)
    if item.keyword == "ONBUILD":
        return True
    if place is None:
        return False
    return below(path, place) is not None


def _bringing_runs(build: Build) -> Mapping[Instruction, frozenset[str]]:
    """The RUN that call a command which may bring files, or that cannot be read, and where to."""
    targets: dict[Instruction, set[str]] = {}
    for call in build.commands(*_BRINGS):
        targets.setdefault(call.instruction, set()).add(_target_of(call.command))
    for run in build.each("RUN"):
        for script in build.scripts(run):
            if script.opaque or script.errors:
                targets.setdefault(run, set()).add(_ANYWHERE)
    return {run: frozenset(places) for run, places in targets.items()}


def _target_of(command: Command) -> str:
    """Where `ln -s /usr/bin/python3 /usr/bin/python` puts something."""
    last = command.values[-1] if command.values else None
    if command.name not in _GOES_TO_LAST or not last or not last.startswith("/"):
        return _ANYWHERE
    if command.has("-t", "--target-directory"):
        return _ANYWHERE
    return in_workdir(_ANYWHERE, last)


def _copies(
    build: Build,
) -> tuple[Mapping[Instruction, Delivery | None], Mapping[Instruction, str]]:
    """What each COPY and ADD brings, and where each goes.

    None where it takes something else than files of the build context.
    """
    brought_by = {}
    places = {}
    for copying, brought in deliveries(build):
        brought_by[copying.instruction] = brought
        places[copying.instruction] = _target(copying)
    return brought_by, places


def is_never_copied(build: Build, path: str) -> bool:
    """Whether no COPY and ADD of the image can bring a file to `path`.

    Other than `presence`, this asks nothing of RUN, which may only have had it mounted.
    """
    for copying, brought in deliveries(build):
        if copying.instruction not in build.shipped:
            continue
        if brought is None:
            # It may bring anything to where it goes
            target = _target(copying)
            if below(path, target) is not None:
                return False
        elif brought.origin(build.context, path):
            return False
    return True


def _target(copying: Copying) -> str:
    """Where it goes; the root, which may be anywhere, where that is not known."""
    before = copying.before
    path = copying.destination.value
    if before is None or path is None:
        return "/"
    return in_workdir(before.workdir, path)


def project_of(build: Build, install: Install) -> Project | None:
    """The project of the build context that an install reads; None where that is not known."""
    context = build.context
    name = MANIFESTS.get(install.tool)
    if context is None or name is None:
        return None
    if install.directory is None:
        return None
    path = posixpath.join(install.directory, name)
    manifest = presence(build, install.instruction, path)
    if not manifest.is_there or manifest.origin is None:
        return None

    # 5 modules, and only an install of a project needs them
    from lightship.pyproject.project import read_project  # noqa: PLC0415

    projects = build.once(_projects)
    project = projects.get(manifest.origin)
    if project is None:
        directory = posixpath.dirname(manifest.origin)
        project = read_project(context, directory)
        projects[manifest.origin] = project
    return project


def _projects(_: Build) -> dict[str, Project]:
    return {}


def has_manifest(build: Build, install: Install) -> bool | None:
    """Whether the manifest of the install's tool is there."""
    if install.directory is None:
        return None
    name = MANIFESTS[install.tool]
    path = posixpath.join(install.directory, name)
    manifest = presence(build, install.instruction, path)
    return manifest.is_there


def lock_of(build: Build, install: Install) -> Presence:
    """Whether the lock file of the install's tool is there."""
    name = LOCKS.get(install.tool)
    if install.directory is None or name is None:
        return Presence(None)
    path = posixpath.join(install.directory, name)
    lock = presence(build, install.instruction, path)
    if lock.is_there is not False:
        return lock

    # That of a workspace stands in a directory above
    project = project_of(build, install)
    if project is not None and project.directory:
        for other in project.locks:
            if other.endswith(name):
                return Presence(None)
    return lock
