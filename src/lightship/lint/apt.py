"""What the RUN of a build do with apt's index, layer by layer.

The index is what `apt-get update` writes to /var/lib/apt/lists; installs read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.mounts import hides
from lightship.dockerfile.tree import Instruction, Stage
from lightship.shell.cleaning import removes

LISTS = "/var/lib/apt/lists"
APT = ("apt-get", "apt", "aptitude")
_USES = frozenset(("install", "upgrade", "download"))
# Commands that read no index, so that an update in their company is still alone.
_ASIDE = frozenset(
    """apt apt-get apt-key add-apt-repository aptitude cat chmod chown cp curl dpkg echo env export find gpg grep install
    ln locale-gen ls mkdir mv printf rm sed set sleep tee touch true wget [ test""".split()
)


@dataclass(frozen=True, slots=True, eq=False)
class AptRun:
    """A RUN that calls apt. `commands` are in the order of the text; `removals` are where it removes the index.

    `hidden` is whether a mount keeps the index out of the layer. `busy` is whether other commands may read it.
    """

    instruction: Instruction
    stage: Stage
    commands: tuple[PackageInvocation, ...]
    removals: tuple[int, ...]
    hidden: bool
    busy: bool

    @property
    def updates(self) -> tuple[PackageInvocation, ...]:
        return tuple(found for found in self.commands if found.does.action == "update")

    @property
    def uses(self) -> tuple[PackageInvocation, ...]:
        """The commands that read the index."""
        return tuple(found for found in self.commands if found.does.action in _USES)

    @property
    def is_update_alone(self) -> bool:
        """Whether it writes the index, and nothing in it reads the index."""
        return bool(self.updates) and not self.uses and not self.busy and not self.hidden

    @property
    def uses_before_update(self) -> tuple[PackageInvocation, ...]:
        """The commands that read an index from an earlier layer."""
        first = min((found.command.span.start for found in self.updates), default=None)
        return tuple(found for found in self.uses if first is None or found.command.span.start < first)

    @property
    def keeps_lists(self) -> bool:
        """Whether the index that it has written is in the layer at its end."""
        last = max((found.command.span.start for found in self.updates), default=None)
        return last is not None and not self.hidden and not any(at > last for at in self.removals)

    @property
    def drops_lists(self) -> bool:
        """Whether no index is left at its end."""
        return bool(self.removals) and not self.keeps_lists and not self.hidden


def apt_runs(build: Build) -> dict[Instruction, AptRun]:
    """Every RUN that calls apt or removes its index, in order."""
    commands: dict[Instruction, list[PackageInvocation]] = {}
    for found in build.packages(*APT):
        commands.setdefault(found.instruction, []).append(found)
    removals: dict[Instruction, list[int]] = {}
    for removal in build.commands("rm", "find", "apt-get", "apt"):
        command = removal.command
        if removes(removal.script, command, LISTS) or command.has("distclean", "dist-clean"):
            removals.setdefault(removal.instruction, []).append(command.span.start)
    runs: dict[Instruction, AptRun] = {}
    for stage in build.dockerfile.stages:
        for instruction in stage.instructions:
            if instruction in commands or instruction in removals:
                found = sorted(commands.get(instruction, ()), key=lambda each: each.command.span.start)
                runs[instruction] = _read(build, stage, instruction, tuple(found), tuple(removals.get(instruction, ())))
    return runs


def _read(
    build: Build,
    stage: Stage,
    instruction: Instruction,
    commands: tuple[PackageInvocation, ...],
    removals: tuple[int, ...],
) -> AptRun:
    before = build.evaluation.before(instruction)
    hidden = hides(build.mounts(instruction), LISTS, before.workdir if before else "/")
    others = [command for script in build.scripts(instruction) for command in script.commands]
    busy = any(command.name not in _ASIDE and command.words for command in others)
    return AptRun(instruction, stage, commands, removals, hidden, busy)


def read_later(build: Build, runs: Mapping[Instruction, AptRun]) -> set[Instruction]:
    """The RUN whose index a later RUN reads: one in its stage, or in a stage that starts from it."""
    found: set[Instruction] = set()
    reading: dict[int, bool] = {}  # by stage: whether a stage that starts from it reads its index
    for stage in reversed(build.dockerfile.stages):
        wanted = reading.get(stage.index, False)
        for run in reversed([runs[each] for each in stage.instructions if each in runs]):
            if wanted:
                found.add(run.instruction)
            wanted = bool(run.uses_before_update) or (wanted and not run.updates)
        base = build.evaluation.graph.bases[stage.index]
        if base is not None:
            reading[base.index] = wanted or reading.get(base.index, False)
    return found


def written_before(build: Build, runs: Mapping[Instruction, AptRun]) -> dict[Instruction, AptRun]:
    """For each RUN the last one before it, here or in a base stage, that has written or removed the index."""
    found: dict[Instruction, AptRun] = {}
    ends: dict[int, AptRun | None] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        last = ends.get(base.index) if base is not None else None
        for run in (runs[each] for each in stage.instructions if each in runs):
            if last is not None:
                found[run.instruction] = last
            if (run.updates or run.removals) and not run.hidden:
                last = run
        ends[stage.index] = last
    return found
