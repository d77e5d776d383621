"""What the RUN of a build do with apt's index, layer by layer.

The index is what `apt-get update` writes to /var/lib/apt/lists; installs read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.mounts import hides
from lightship.record import record
from lightship.shell.cleaning import removes
from lightship.shell.commands import Command

LISTS = "/var/lib/apt/lists"
APT = ("apt-get", "apt", "aptitude")
_USES = frozenset(("install", "upgrade", "download"))
# What apt's own tools are, and commands that neither read nor write an index.
_TOOLS = frozenset(("apt", "apt-get", "apt-key", "apt-mark", "aptitude", "dpkg"))
_ASIDE = _TOOLS | frozenset(
    """cat chmod chown cp curl echo env export find gpg grep groupadd install ln locale-gen ls mkdir mv printf rm sed
    set sleep tar tee touch true unzip useradd wget [ test exit return""".split()
)


@record(eq=False)
class AptRun:
    """A RUN that calls apt or removes its index, and its place in its stage.

    `commands` are in the order of the text, `updates` and `uses` those among them that write the index and that read
    it; `removals` are where it removes the index, `others` where a command stands
    that may read or write it: a script, an installer. `hidden` is whether a mount keeps the index out of the layer.
    `only_apt` is whether it does nothing else, `ends_in_apt` whether the last command but those is apt's.
    """

    instruction: Instruction
    stage: Stage
    position: int
    commands: tuple[PackageInvocation, ...]
    updates: tuple[PackageInvocation, ...]
    uses: tuple[PackageInvocation, ...]
    removals: tuple[int, ...]
    others: tuple[int, ...]
    hidden: bool
    only_apt: bool
    ends_in_apt: bool

    @property
    def behind(self) -> Iterator[Instruction]:
        """What follows in its stage; not a slice, since there may be thousands of these."""
        instructions = self.stage.instructions
        return (instructions[at] for at in range(self.position + 1, len(instructions)))

    @property
    def is_update_alone(self) -> bool:
        """Whether it leaves an index that nothing in it reads."""
        last = max((found.command.span.start for found in self.updates), default=0)
        readers = (*(found.command.span.start for found in self.uses), *self.others)
        return self.keeps_lists and all(at < last for at in readers)

    @property
    def uses_before_update(self) -> tuple[PackageInvocation, ...]:
        """The commands that read an index from an earlier layer."""
        first = min((found.command.span.start for found in self.updates), default=None)
        return tuple(
            found
            for found in self.uses
            if first is None or found.command.span.start < first
        )

    @property
    def keeps_lists(self) -> bool:
        """Whether the index that it has written is in the layer at its end."""
        last = max((found.command.span.start for found in self.updates), default=None)
        return (
            last is not None
            and not self.hidden
            and not any(at > last for at in self.removals)
        )

    @property
    def drops_lists(self) -> bool:
        """Whether no index is left at its end."""
        return bool(self.removals) and not self.keeps_lists and not self.hidden


def apt_runs(build: Build) -> dict[Instruction, AptRun]:
    """Every RUN that calls apt or removes its index, in order."""
    return build.once(_apt_runs)


def _apt_runs(build: Build) -> dict[Instruction, AptRun]:
    commands: dict[Instruction, list[PackageInvocation]] = {}
    for found in build.packages(*APT):
        commands.setdefault(found.instruction, []).append(found)
    removals: dict[Instruction, list[int]] = {}
    for removal in build.commands("rm", "find", "apt-get", "apt"):
        command = removal.command
        if removes(removal.script, command, LISTS) or command.has(
            "distclean", "dist-clean"
        ):
            removals.setdefault(removal.instruction, []).append(command.span.start)
    runs: dict[Instruction, AptRun] = {}
    for stage in build.dockerfile.stages:
        for position, instruction in enumerate(stage.instructions):
            calls, places = commands.get(instruction, []), removals.get(instruction, [])
            if calls or places:
                runs[instruction] = _read(build, stage, position, calls, places)
    return runs


def _read(
    build: Build,
    stage: Stage,
    position: int,
    calls: Iterable[PackageInvocation],
    removals: Iterable[int],
) -> AptRun:
    instruction = stage.instructions[position]
    before = build.evaluation.before(instruction)
    hidden = hides(build.mounts(instruction), LISTS, before.workdir if before else "/")
    starts = set(removals)
    commands = [
        command for script in build.scripts(instruction) for command in script.commands
    ]
    work = [
        command.name in _TOOLS
        for command in commands
        if command.span.start not in starts
    ]
    ordered = tuple(sorted(calls, key=lambda each: each.command.span.start))
    return AptRun(
        instruction,
        stage,
        position,
        ordered,
        updates=tuple(found for found in ordered if found.does.action == "update"),
        uses=tuple(found for found in ordered if found.does.action in _USES),
        removals=tuple(removals),
        others=others_of(build, instruction),
        hidden=hidden,
        only_apt=all(work),
        ends_in_apt=work[-1:] == [True],
    )


def stands_aside(command: Command) -> bool:
    """Whether it is known neither to read nor to write an index of apt or apk."""
    return command.name in _ASIDE


def others_of(build: Build, instruction: Instruction) -> tuple[int, ...]:
    """A shell whose script is read is none of them; what its script does counts."""
    scripts = build.scripts(instruction)
    shells = {
        script.outer.span.start
        for script in scripts
        if script.outer is not None and not script.opaque
    }
    commands = (
        command for script in scripts for command in script.commands if command.words
    )
    starts = (command.span.start for command in commands if not stands_aside(command))
    return tuple(start for start in starts if start not in shells)


def following(run: AptRun) -> Instruction | None:
    """The instruction behind it in its stage."""
    return next(run.behind, None)
