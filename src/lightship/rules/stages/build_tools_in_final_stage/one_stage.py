"""A stage that installs Debian packages, then Python packages, then copies its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.edits.moves import GiveUp
from lightship.pyproject.manifest_names import is_manifest
from lightship.record import record
from lightship.shell.build_tools import is_build_tool, is_companion
from lightship.shell.commands import Command
from lightship.shell.packages import Package, PackageCommand, read_command

APT = ("apt-get", "apt")
_READABLE = ("sh", "bash", "exec")
_DEBIAN = {
    "12": "bookworm",
    "bookworm": "bookworm",
    "13": "trixie",
    "trixie": "trixie",
    "stable": "trixie",
}
_UBUNTU = {
    "22.04": "jammy",
    "jammy": "jammy",
    "24.04": "noble",
    "noble": "noble",
}
# Releases by the tags of an image, without -slim
_RELEASES = {"debian": _DEBIAN, "ubuntu": _UBUNTU}
# The release of a tag of python that names none
_NEWEST = "trixie"
_MOST_RUNS = 20


@record(slots=False)
class Shape:
    """The stage in three parts: for both stages, the build, and what is for the second stage alone.

    These are `before`, `region` and `after`. `release` is that of Debian or Ubuntu, `python` the
    command of the interpreter: `python3` where it is a package of the distribution, and must be
    installed first.
    """

    build: Build
    stage: Stage
    release: str
    python: str
    first: int
    last: int

    @property
    def is_debian(self) -> bool:
        return self.python == "python3"

    @property
    def before(self) -> Sequence[Instruction]:
        return self.stage.instructions[: self.first]

    @cached_property
    def region(self) -> Sequence[Instruction]:
        return self.stage.instructions[self.first : self.last + 1]

    @property
    def after(self) -> Sequence[Instruction]:
        return self.stage.instructions[self.last + 1 :]

    @cached_property
    def runs(self) -> Sequence[Instruction]:
        """The RUN of the region."""
        return [item for item in self.region if item.keyword == "RUN"]

    @cached_property
    def pips(self) -> Sequence[PackageCommand]:
        """The installs of Python packages in the region."""
        return [does for run in self.runs for does in pips_of(self.build, run)]

    @cached_property
    def scripts(self) -> str:
        return "\n".join(run.line.text for run in self.runs)


def read_shape(build: Build, runs: Sequence[Instruction]) -> Shape:
    """The shape of the only stage; `runs` install what only a build needs."""
    if len(build.dockerfile.stages) != 1 or len(runs) > _MOST_RUNS:
        raise GiveUp
    stage = build.dockerfile.stages[0]
    items = stage.instructions
    places = [items.index(run) for run in runs]

    # An index and manifests directly above belong to the installs
    first = min(places)
    while first and _prepares(build, items[first - 1]):
        first -= 1

    last = -1
    for place, item in enumerate(items):
        if item.keyword == "RUN" and any(pips_of(build, item)):
            last = place
    if last < max(places):
        raise GiveUp
    return Shape(build, stage, *_release(build, stage), first, last)


def _release(build: Build, stage: Stage) -> tuple[str, str]:
    """The release of Debian or Ubuntu by the image's tag, and the command of its Python.

    A full Python image has compilers anyway, so only slim ones count.
    """
    image = build.root_image(stage)
    if image is None or not image.official:
        raise GiveUp
    if image.name == "python":
        _, slim, codename = image.tag.partition("-slim")
        release = codename.removeprefix("-") or _NEWEST
        if not slim or release not in _DEBIAN.values():
            raise GiveUp
        return release, "python"

    tag = image.tag.removesuffix("-slim")
    releases = _RELEASES.get(image.name, {})
    if tag not in releases:
        raise GiveUp
    return releases[tag], "python3"


def _prepares(build: Build, item: Instruction) -> bool:
    """Whether the instruction only updates the index, or copies manifests."""
    if item.keyword == "RUN":
        return _is_index_alone(build, item)
    return item.keyword == "COPY" and _is_manifest_copy(item)


def _is_index_alone(build: Build, run: Instruction) -> bool:
    """`RUN apt-get update`, whose index the next RUN reads."""
    for script in build.scripts(run):
        for command in script.commands:
            does = read_command(command)
            if does is None or does.manager not in APT or does.action != "update":
                return False
    return True


def _is_manifest_copy(copy: Instruction) -> bool:
    if copy.flags or copy.heredocs:
        return False
    sources = [word.text for word in copy.args[:-1]]
    return bool(sources) and all(map(is_manifest, sources))


def commands_of(build: Build, run: Instruction) -> Iterator[Command]:
    """All commands of a RUN that is read whole."""
    for script in build.scripts(run):
        if script.opaque or script.errors or script.shell not in _READABLE:
            raise GiveUp
        yield from script.commands


def pips_of(build: Build, run: Instruction) -> Iterator[PackageCommand]:
    """Installs of pip, of uv in pip's manner, and of Poetry into the environment that it finds."""
    for command in commands_of(build, run):
        does = read_command(command)
        if does is None or not does.installs:
            continue
        is_pip = does.manager == "pip" or does.name.startswith("pip ")
        if is_pip or is_poetry_install(does):
            yield does


def is_poetry_install(does: PackageCommand) -> bool:
    return does.manager == "poetry" and does.name == "install"


def is_for_build(package: Package) -> bool:
    """Whether nothing that was built needs the package to run; headers count here too."""
    return is_build_tool("apt-get", package.name) or is_companion(package.name)


def apt_installs(shape: Shape) -> Iterator[tuple[Instruction, PackageCommand]]:
    for run in shape.runs:
        for command in commands_of(shape.build, run):
            does = read_command(command)
            if does is None or does.manager not in APT:
                continue
            if does.action == "install":
                yield run, does
