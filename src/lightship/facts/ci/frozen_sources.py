"""RUN instructions that fetch code which moves: a cache would keep what they once fetched.

The text of such a RUN stays the same while the code changes, so that only a build without a
cache has the code of today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.build_stages import built_instructions
from lightship.facts.ci.changing_keys import changing
from lightship.facts.packages.downloads import expanded
from lightship.facts.packages.moving_clones import moving_clones
from lightship.facts.packages.moving_source import moving_source
from lightship.facts.packages.own_repository import is_own_repository
from lightship.pyproject.dependency import normalised
from lightship.shell.specs import written

_PIPS = ("pip", "uv", "pipx")


def frozen_runs(build: Build, names: Collection[str]) -> frozenset[Instruction]:
    """The RUN instructions that a cache would keep with the code that they once fetched.

    They take code of a branch, or an own package without a version. `names` are build arguments
    with a new value in each run or commit: what runs again for them or the sources is renewed.
    """
    fetching = frozenset(_fetches(build))
    renewed = changing(build, names)
    return fetching - renewed


def would_be_frozen(build: Build, names: Collection[str]) -> bool:
    """Whether the image is there for code that a cache would never renew.

    That is the project's own code from elsewhere than the build context; or any code that moves,
    where the image takes nothing of the context.
    """
    frozen = frozen_runs(build, names)
    if not frozen:
        return False

    is_own = _fetches(build)
    if any(is_own[run] for run in frozen):
        return True
    return not reads_context(build)


def _fetches(build: Build) -> dict[Instruction, bool]:
    """The instructions that fetch such code, each with whether it is the project's own."""
    return build.once(_fetches_of)


def _fetches_of(build: Build) -> dict[Instruction, bool]:
    needed = set(built_instructions(build))
    fetches = chain(_clones(build), _packages(build))
    by_run: dict[Instruction, bool] = {}
    for run, is_own in fetches:
        if run not in needed:
            continue
        already = by_run.get(run, False)
        by_run[run] = already or is_own
    return by_run


def _clones(build: Build) -> Iterator[tuple[Instruction, bool]]:
    for clone in moving_clones(build):
        call = clone.call
        url = expanded(build, call, clone.url)
        is_own = is_own_repository(build, url)
        yield call.instruction, is_own


def _packages(build: Build) -> Iterator[tuple[Instruction, bool]]:
    projects = build.repository.projects
    for call in build.packages(*_PIPS):
        if not call.does.installs:
            continue

        run = call.instruction
        for package in call.does.packages:
            source = moving_source(written(package.word))
            if source is not None:
                is_own = is_own_repository(build, source.url)
                yield run, is_own
            is_loose = package.kind == "registry" and not package.version
            if is_loose and normalised(package.name) in projects:
                yield run, True


def reads_context(build: Build) -> bool:
    """Whether a stage copies or mounts something of the build context."""
    needed = set(built_instructions(build))
    for copying in build.copyings():
        is_of_context = copying.from_context and copying.local
        if is_of_context and copying.instruction in needed:
            return True

    for item in needed:
        if item.keyword != "RUN":
            continue
        for mount in build.mounts(item):
            if mount.type == "bind" and not mount.from_:
                return True
    return False
