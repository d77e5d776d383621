"""Whether packages may come from elsewhere than the mirrors that an image names."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.stages.inherited import inheriting
from lightship.facts.values.unread import is_unread

# One of these stands where a source of packages is added, changed or bypassed
_MARKS = (
    ".deb",
    "/etc/apt",
    "/etc/yum",
    "add-apt-repository",
    "add-architecture",
    "apt-add-repository",
    "apt-cacher",
    "archive.debian.org",
    "config-manager",
    "deb http",
    "deb822",
    "dir::etc",
    "extrepo",
    "http_proxy",
    "mirror",
    "old-releases",
    "snapshot.debian.org",
    "sources.list",
    "vault.centos.org",
    "yum.repos.d",
)
_SHELLS = frozenset("sh bash dash ash".split())


def may_have_other_sources(build: Build, stage: Stage) -> bool:
    """Whether a stage, or one that it starts from, may have other package sources than its image.

    What a script or a directory that is not read does to them is not known.
    """
    return stage.index in build.once(_stages_with_other_sources)


def may_have_them_by(build: Build, stage: Stage, run: Instruction) -> bool:
    """The same when `run` begins, and by its own commands: what comes later changes nothing."""
    if not may_have_other_sources(build, stage):
        return False
    start = run.span.start

    def holds(stage: Stage) -> bool:
        until = [item for item in stage.instructions if item.span.start <= start]
        return any(_may_change_sources(build, item) for item in until)

    return stage.index in inheriting(build, holds)


def _stages_with_other_sources(build: Build) -> frozenset[int]:
    def holds(stage: Stage) -> bool:
        return any(_may_change_sources(build, item) for item in stage.instructions)

    return inheriting(build, holds)


def _may_change_sources(build: Build, item: Instruction) -> bool:
    whole = build.dockerfile.text
    text = item.span.of(whole).lower()
    if any(mark in text for mark in _MARKS):
        return True
    if item.keyword in ("COPY", "ADD"):
        destination = item.args[-1].text
        directory = destination.rstrip("/")
        return directory in ("", "/etc")
    if item.keyword != "RUN":
        return False
    if is_unread(build, item):
        return True
    return _runs_download(build, item)


def _runs_download(build: Build, item: Instruction) -> bool:
    """`curl … | bash -`: such scripts add sources."""
    for script in build.scripts(item):
        for command in script.commands:
            if command.stage > 0 and command.name in _SHELLS:
                return True
    return False
