"""Which files of the build context stand in the image where an install runs, and the project that they make."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.facts.installs.dependencies import Install
from lightship.pyproject.project import Project, read_project
from lightship.record import record

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
    "git ",
    "curl ",
    "wget ",
    "tar ",
    "unzip ",
    "cp ",
    "mv ",
    "rsync ",
    "svn ",
    "ln ",
    "cat ",
    "echo ",
    "tee ",
)


@record
class Presence:
    """Whether a file is there. `origin` is the file of the context that it comes from, as far as is known.

    `is_fixed` says that it is mounted so that it cannot be written.
    """

    is_there: bool | None
    origin: str | None = None
    is_fixed: bool = False


def presence(build: Build, run: Instruction, path: str) -> Presence:
    """Whether a file stands at `path` of the image when a RUN begins; None where that is not known."""
    unsure = False
    for found in (*_by_mounts(build, run, path), *_by_copies(build, run, path)):
        if found.is_there is not None:
            return found
        unsure = True
    return Presence(None if unsure else False)


def _by_mounts(build: Build, run: Instruction, path: str) -> Iterator[Presence]:
    state = build.evaluation.before(run)
    workdir = state.workdir if state is not None else "/"
    for mount in build.mounts(run):
        rest = (
            below(path, in_workdir(workdir, mount.target))
            if mount.type == "bind"
            else None
        )
        if rest is None:
            continue
        origin = posixpath.normpath(f"{mount.source.strip('/') or '.'}/{rest}")
        found = (
            Presence(None)
            if mount.from_
            else _in_context(build, origin, exact=not rest)
        )
        yield replace(found, is_fixed=mount.readonly)


def _in_context(build: Build, origin: str, *, exact: bool) -> Presence:
    """A file that is named itself is there, or the build fails; of a directory the context must tell."""
    context = build.context
    if context is None:
        return Presence(True if exact else None, origin)
    there = context.read(origin) is not None and not context.ignore.matches(origin)
    return Presence(there, origin if there else None)


def _by_copies(build: Build, run: Instruction, path: str) -> Iterator[Presence]:
    """The last copy that brings it, and whatever may bring it unseen."""
    stage = build.dockerfile.stage_of(run)
    copies, places = build.once(_copies)
    if stage is None:
        yield Presence(None)
        return
    for each in reversed(build.lineage_of(stage)):
        items = [
            item
            for item in each.instructions
            if each is not stage or item.span.start < run.span.start
        ]
        for item in reversed(items):
            brought = copies.get(item)
            if brought is not None:
                origin = brought.origin(build.context, path)
                found = (
                    _in_context(build, origin, exact=origin in brought.sources)
                    if origin
                    else Presence(False)
                )
                if found.is_there is not False:
                    yield found
            elif _may_bring(item, path, places.get(item)):
                yield Presence(None)


def _may_bring(item: Instruction, path: str, place: str | None) -> bool:
    """Whether an instruction may put a file there that no copy of the context is known to bring."""
    if item.keyword == "RUN":
        text = item.line.text
        return (
            any(word in text for word in _BRINGS)
            or path.rpartition("/")[2] in text
            or bool(item.heredocs)
        )
    return item.keyword == "ONBUILD" or (
        place is not None and below(path, place) is not None
    )


def _copies(
    build: Build,
) -> tuple[Mapping[Instruction, Delivery | None], Mapping[Instruction, str]]:
    """Each COPY and ADD, None where it takes something else than files of the context; and where each goes."""
    found = deliveries(build)
    return {each.instruction: brought for each, brought in found}, {
        each.instruction: _target(each) for each, _ in found
    }


def _target(copying: Copying) -> str:
    """Where it goes; the root, which may be anywhere, where that is not known."""
    if copying.before is None or copying.destination.value is None:
        return "/"
    return in_workdir(copying.before.workdir, copying.destination.value)


def project_of(build: Build, install: Install) -> Project | None:
    """The project of the build context that an install reads; None where that is not known."""
    name = MANIFESTS.get(install.tool)
    if build.context is None or install.directory is None or name is None:
        return None
    found = presence(
        build, install.instruction, posixpath.join(install.directory, name)
    )
    if not found.is_there or found.origin is None:
        return None
    return build.once(_projects).setdefault(
        found.origin, read_project(build.context, posixpath.dirname(found.origin))
    )


def _projects(_: Build) -> dict[str, Project]:
    return {}


def has_manifest(build: Build, install: Install) -> bool | None:
    """Whether the manifest of the install's tool is there."""
    if install.directory is None:
        return None
    path = posixpath.join(install.directory, MANIFESTS[install.tool])
    return presence(build, install.instruction, path).is_there


def lock_of(build: Build, install: Install) -> Presence:
    """Whether the lock file of the install's tool is there; that of a workspace stands in a directory above."""
    name = LOCKS.get(install.tool)
    if install.directory is None or name is None:
        return Presence(None)
    found = presence(
        build, install.instruction, posixpath.join(install.directory, name)
    )
    project = project_of(build, install) if found.is_there is False else None
    if (
        project is not None
        and project.directory
        and any(path.endswith(name) for path in project.locks)
    ):
        return Presence(None)
    return found
