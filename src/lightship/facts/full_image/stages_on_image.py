"""The stages that start from one image, and what a slim one would lack for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.base_images.full import missing_commands
from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.apt import LEAVES_OUT
from lightship.record import record
from lightship.shell.build_tools import BRING_HEADERS
from lightship.shell.packages import MANAGERS

_ONE_COUNTS = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))
_APT = ("apt-get", "apt", "aptitude")
# What installs libraries of Python or Node
INSTALLERS = tuple(
    name for name in MANAGERS if MANAGERS[name].spelling in ("pip", "poetry", "npm")
)
_BARE_COMPILERS = frozenset(("clang", "gcc", "gfortran"))


@record
class StagesOnImage:
    """What counts of the stages on one image, and the commands that a slim image lacks.

    `installed` are the names of the packages that apt installs in them.
    """

    build: Build
    instructions: frozenset[Instruction]
    installed: frozenset[str]
    missing: frozenset[str]


def stages_on_image(build: Build, root: Stage, image: Reference) -> StagesOnImage:
    """Those that start from `root`, whose base is `image`."""
    roots = build.evaluation.graph.roots
    instructions: set[Instruction] = set()
    for stage in build.dockerfile.stages:
        if roots[stage.index] == root.index:
            instructions.update(_in_force(stage))

    installed = _installed(build, instructions)
    missing = missing_commands(image, installed)
    return StagesOnImage(build, frozenset(instructions), installed, missing)


def _in_force(stage: Stage) -> Iterator[Instruction]:
    """The instructions of a stage but for each CMD or HEALTHCHECK that a later one replaces."""
    last = {instruction.keyword: instruction for instruction in stage.instructions}
    for item in stage.instructions:
        if item.keyword not in _ONE_COUNTS or item is last[item.keyword]:
            yield item


def _installed(build: Build, instructions: Collection[Instruction]) -> frozenset[str]:
    """The packages that apt installs here, but for a compiler that gets no headers of C."""
    installed: set[str] = set()
    bare: set[str] = set()
    for install in build.packages(*_APT):
        if not install.does.installs or install.instruction not in instructions:
            continue

        packages = install.does.packages
        names = {package.name.partition(":")[0] for package in packages}
        installed |= names
        if install.does.option(*LEAVES_OUT):
            bare |= names & _BARE_COMPILERS

    if installed.isdisjoint(BRING_HEADERS):
        installed -= bare
    return frozenset(installed)
