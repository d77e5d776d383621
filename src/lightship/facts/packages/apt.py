"""What the RUN of a build do with apt's index, layer by layer.

The index is what `apt-get update` writes to /var/lib/apt/lists; installs read it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.mounts import hides
from lightship.record import record
from lightship.shell.cleaning import removes
from lightship.shell.commands import Command

LISTS = "/var/lib/apt/lists"
APT = ("apt-get", "apt", "aptitude")
LEAVES_OUT = ("--no-install-recommends", "--without-recommends")
"""Options with which an install takes no recommended packages: those of apt-get and aptitude."""
_USES = frozenset("install upgrade download".split())
_TOOLS = frozenset("apt apt-get apt-key apt-mark aptitude dpkg".split())
# Commands that neither read nor write an index
_ASIDE = _TOOLS | frozenset(
    """cat chmod chown cp curl echo env export find gpg grep groupadd install ln locale-gen ls mkdir
    mv printf rm sed set sleep tar tee touch true unzip useradd wget [ test exit return""".split()
)


@record(eq=False)
class AptRun:
    """A RUN that calls apt or removes its index, and its place in its stage.

    `commands` are in the order of the text, `updates` those among them that write the index and
    `uses` those that read it. `removals` are where it removes the index, and `others` where a
    command stands that may read or write it: a script, an installer.

    `hidden` is whether a mount keeps the index out of the layer. `only_apt` is whether it does
    nothing else, `ends_in_apt` whether its last command is apt's; removals do not count.
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
        for position in range(self.position + 1, len(instructions)):
            yield instructions[position]

    @property
    def is_update_alone(self) -> bool:
        """Whether it leaves an index that nothing in it reads."""
        if not self.keeps_lists:
            return False
        readers = [*self.others, *map(_start_of, self.uses)]
        return max(readers, default=-1) < self._last_update

    @property
    def _last_update(self) -> int:
        return max(map(_start_of, self.updates))

    @property
    def uses_before_update(self) -> tuple[PackageInvocation, ...]:
        """The commands that read an index from an earlier layer."""
        if not self.updates:
            return self.uses
        first_update = min(map(_start_of, self.updates))
        before = bisect_left(self.uses, first_update, key=_start_of)
        return self.uses[:before]

    @property
    def keeps_lists(self) -> bool:
        """Whether the index that it has written is in the layer at its end."""
        if self.hidden or not self.updates:
            return False
        last_update = self._last_update
        return all(removal <= last_update for removal in self.removals)

    @property
    def drops_lists(self) -> bool:
        """Whether no index is left at its end."""
        if self.hidden or not self.removals:
            return False
        return not self.keeps_lists


def _start_of(call: PackageInvocation) -> int:
    return call.command.span.start


def apt_runs(build: Build) -> dict[Instruction, AptRun]:
    """Every RUN that calls apt or removes its index, in order."""
    return build.once(_apt_runs)


def _apt_runs(build: Build) -> dict[Instruction, AptRun]:
    calls: dict[Instruction, list[PackageInvocation]] = {}
    for call in build.packages(*APT):
        own_calls = calls.setdefault(call.instruction, [])
        own_calls.append(call)
    removals = _removals(build)

    runs: dict[Instruction, AptRun] = {}
    for stage in build.dockerfile.stages:
        for position, instruction in enumerate(stage.instructions):
            own_calls = calls.get(instruction, [])
            own_removals = removals.get(instruction, [])
            if own_calls or own_removals:
                run = _read(build, stage, position, own_calls, own_removals)
                runs[instruction] = run
    return runs


def _removals(build: Build) -> dict[Instruction, list[int]]:
    """Where each RUN removes the index."""
    removals: dict[Instruction, list[int]] = {}
    for call in build.commands("rm", "find", "apt-get", "apt"):
        command = call.command
        is_clean = command.has("distclean", "dist-clean")
        if is_clean or removes(call.script, command, LISTS):
            places = removals.setdefault(call.instruction, [])
            places.append(command.span.start)
    return removals


def _read(
    build: Build,
    stage: Stage,
    position: int,
    calls: Sequence[PackageInvocation],
    removals: Sequence[int],
) -> AptRun:
    instruction = stage.instructions[position]

    # Removals aside, is every command one of apt's, and is the last?
    places = set(removals)
    are_apt: list[bool] = []
    for command in _commands(build, instruction):
        if command.span.start not in places:
            is_apt = command.name in _TOOLS
            are_apt.append(is_apt)
    ends_in_apt = bool(are_apt) and are_apt[-1]

    ordered = sorted(calls, key=_start_of)
    updates = [call for call in ordered if call.does.action == "update"]
    uses = [call for call in ordered if call.does.action in _USES]
    return AptRun(
        instruction=instruction,
        stage=stage,
        position=position,
        commands=tuple(ordered),
        updates=tuple(updates),
        uses=tuple(uses),
        removals=tuple(removals),
        others=others_of(build, instruction),
        hidden=_hides_lists(build, instruction),
        only_apt=all(are_apt),
        ends_in_apt=ends_in_apt,
    )


def _hides_lists(build: Build, instruction: Instruction) -> bool:
    """Whether a mount keeps the index out of the layer."""
    workdir = "/"
    before = build.evaluation.before(instruction)
    if before is not None:
        workdir = before.workdir
    mounts = build.mounts(instruction)
    return hides(mounts, LISTS, workdir)


def _commands(build: Build, instruction: Instruction) -> Iterator[Command]:
    for script in build.scripts(instruction):
        yield from script.commands


def stands_aside(command: Command) -> bool:
    """Whether it is known neither to read nor to write an index of apt or apk."""
    return command.name in _ASIDE


def others_of(build: Build, instruction: Instruction) -> tuple[int, ...]:
    """Where commands stand that may read or write an index.

    A shell whose script is read is none of them; what its script does counts.
    """
    shells: set[int] = set()
    for script in build.scripts(instruction):
        shell = script.outer
        if shell is not None and not script.opaque:
            shells.add(shell.span.start)

    starts: list[int] = []
    for command in _commands(build, instruction):
        if not command.words or stands_aside(command):
            continue
        start = command.span.start
        if start not in shells:
            starts.append(start)
    return tuple(starts)


def following(run: AptRun) -> Instruction | None:
    """The instruction after it in its stage."""
    return next(run.behind, None)
