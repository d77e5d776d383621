"""What the RUN of a build do with apt's index, layer by layer.

The index is what `apt-get update` writes to /var/lib/apt/lists; installs read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.mounts import hides
from lightship.facts.edits.runs import add_command, is_plain, is_whole
from lightship.record import record
from lightship.shell.cleaning import removes
from lightship.shell.commands import Command
from lightship.shell.packages import read_command
from lightship.text import Edit, Span

LISTS = "/var/lib/apt/lists"
APT = ("apt-get", "apt", "aptitude")
_USES = frozenset(("install", "upgrade", "download"))
# What apt's own tools are, and commands that neither read nor write an index.
_TOOLS = frozenset(("apt", "apt-get", "apt-key", "apt-mark", "aptitude", "dpkg"))
_ASIDE = _TOOLS | frozenset(
    """cat chmod chown cp curl echo env export find gpg grep groupadd install ln locale-gen ls mkdir mv printf rm sed
    set sleep tar tee touch true unzip useradd wget [ test exit return""".split()
)
# Official images made from Debian's and Ubuntu's packages: their Dockerfiles remove the index behind each install.
_WITHOUT_INDEX = frozenset(
    """buildpack-deps debian eclipse-temurin gcc golang httpd mariadb maven nginx node openjdk perl php postgres python
    ruby rust ubuntu""".split()
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
        others=_others(build, instruction),
        hidden=hidden,
        only_apt=all(work),
        ends_in_apt=work[-1:] == [True],
    )


def stands_aside(command: Command) -> bool:
    """Whether it is known neither to read nor to write an index of apt or apk."""
    return command.name in _ASIDE


def _others(build: Build, instruction: Instruction) -> tuple[int, ...]:
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


def read_later(build: Build) -> set[Instruction]:
    """The RUN whose index a later RUN reads: one in its stage, or in a stage that starts from it."""
    return build.once(_read_later)


def _read_later(build: Build) -> set[Instruction]:
    runs = apt_runs(build)
    found: set[Instruction] = set()
    reading: dict[
        int, bool
    ] = {}  # by stage: whether a stage that starts from it reads its index
    for stage in reversed(build.dockerfile.stages):
        wanted = reading.get(stage.index, False)
        for run in reversed(
            [runs[each] for each in stage.instructions if each in runs]
        ):
            if wanted:
                found.add(run.instruction)
            wanted = bool(run.uses_before_update) or (wanted and not run.updates)
        base = build.evaluation.graph.bases[stage.index]
        if base is not None:
            reading[base.index] = wanted or reading.get(base.index, False)
    return found


def written_before(build: Build) -> dict[Instruction, AptRun]:
    """For each RUN the last one before it, here or in a base stage, that has written or removed the index.

    Behind one that has removed it and a RUN of other commands, such as a script, nothing is known.
    """
    return build.once(_written_before)


def _written_before(build: Build) -> dict[Instruction, AptRun]:
    runs = apt_runs(build)
    found: dict[Instruction, AptRun] = {}
    ends: dict[int, AptRun | None] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        last = ends.get(base.index) if base is not None else None
        for instruction in stage.instructions:
            run = runs.get(instruction)
            if run is not None and last is not None:
                found[instruction] = last
            if run is not None and (run.updates or run.removals) and not run.hidden:
                last = run
            elif (
                last is not None
                and last.drops_lists
                and instruction.keyword == "RUN"
                and _others(build, instruction)
            ):
                last = None
        ends[stage.index] = last
    return found


def without_index(build: Build) -> set[Instruction]:
    """The RUN before which there is no index: its stage starts from an image without one, and nothing has written one.

    What another command than those known here does, such as a script, is not known; so nothing is known behind one.
    """
    found: set[Instruction] = set()
    ends: dict[int, bool] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        image = read_reference(build.evaluation.bases[stage.index].name)
        bare = (
            not isinstance(image, str)
            and image.official
            and image.name in _WITHOUT_INDEX
        )
        known = ends[base.index] if base is not None else bare
        for instruction in stage.instructions:
            if not known:
                break
            found.add(instruction)
            known = not _may_write(build, instruction)
        ends[stage.index] = known
    return found


def _may_write(build: Build, instruction: Instruction) -> bool:
    """Whether the instruction may write an index."""
    if instruction.keyword in ("COPY", "ADD"):
        target = instruction.args[-1].text.rstrip("/") if instruction.args else ""
        elsewhere = instruction.keyword == "ADD" or instruction.flag("from") is not None
        return (
            LISTS.startswith(target) and (elsewhere or bool(target)) and target != "."
        )
    if instruction.keyword != "RUN":
        return False
    commands = [
        command
        for script in build.scripts(instruction)
        for command in script.commands
        if command.words
    ]
    opaque = any(script.opaque for script in build.scripts(instruction))
    return opaque or any(map(_may_update, commands))


def _may_update(command: Command) -> bool:
    does = read_command(command)
    if does is not None and does.manager in APT:
        return does.action == "update"
    return does is None and command.name not in _ASIDE


def configured(build: Build, name: str) -> set[Instruction]:
    """The instructions for which an apt.conf that the Dockerfile writes, or may copy, sets `name`."""
    found: set[Instruction] = set()
    if "apt.conf" not in build.dockerfile.text:
        return found
    ends: dict[int, bool] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        known = base is not None and ends.get(base.index, False)
        for instruction in stage.instructions:
            known = known or _configures(build, instruction, name)
            if known:
                found.add(instruction)
        ends[stage.index] = known
    return found


def _configures(build: Build, instruction: Instruction, name: str) -> bool:
    text = instruction.span.of(build.dockerfile.text)
    if "apt.conf" not in text:
        return False
    if instruction.keyword == "RUN" or instruction.heredocs:
        return name.lower() in text.lower()
    if instruction.keyword not in ("COPY", "ADD"):
        return False
    files = [
        build.context.read(word.text) if build.context else None
        for word in instruction.args[:-1]
    ]
    return any(content is None or name.lower() in content.lower() for content in files)


def following(run: AptRun) -> Instruction | None:
    """The instruction behind it in its stage."""
    return next(run.behind, None)


def merge(build: Build, first: AptRun, second: AptRun) -> Edit | None:
    """Where one RUN ends in an install and the next begins with one alike: the edit that makes one command of both.

    The caller knows that the two RUN may be joined. Packages stand behind all options of the second, and no comment
    between the two.
    """
    if not (first.commands and second.commands):
        return None
    one, two = first.commands[-1], second.commands[0]
    if two.command.index or one.command.index + 1 != len(one.script.commands):
        return None
    end = max(
        two.does.subcommand.span.end,
        *(option.span.end for option in two.does.options),
        0,
    )
    span = Span(one.command.span.end, end)
    if (
        _head(one) is None
        or _head(one) != _head(two)
        or holds_comment(build.dockerfile, span)
    ):
        return None
    return (
        None
        if any(word.span.start < end for word in two.does.operands)
        else Edit.delete(span)
    )


def _head(found: PackageInvocation) -> tuple[object, ...] | None:
    """An install without its packages and its `-y`; None where it is more than a plain command."""
    does, command = found.does, found.command
    item = found.script.pipelines[command.pipeline]
    plain = not (
        command.block
        or item.length > 1
        or item.negated
        or command.redirects
        or does.reads_more
    )
    if not plain or found.script.outer or does.name != "install" or not does.packages:
        return None
    wrappers = [word.text for wrapper in command.wrappers for word in wrapper.words]
    assigned = [(each.name, each.value) for each in command.assignments]
    options = sorted(
        (option.name, option.value or "")
        for option in does.options
        if option.name != "--yes"
    )
    kinds = {package.kind in ("registry", "variable") for package in does.packages}
    return (command.name, wrappers, assigned, options, kinds)


def update_first(
    build: Build, run: AptRun, found: PackageInvocation
) -> tuple[Edit, ...]:
    """What makes the RUN update before the install `found`, and remove the lists again; nothing where it is unsure."""
    script, command = found.script, found.command
    item = script.pipelines[command.pipeline]
    alone = (
        item.length == 1
        and not item.negated
        and not item.background
        and item.operator != "||"
    )
    if (
        not alone
        or script.outer
        or command.block
        or not (is_plain(run.instruction) and is_whole(script))
    ):
        return ()
    if (
        run.instruction.trigger
        or any(wrapper.name != "sudo" for wrapper in command.wrappers)
        or script.changes_shell
    ):
        return ()
    sudo = "sudo " if command.wrappers else ""
    ending = (
        ()
        if run.removals
        else (add_command(build, run.instruction, script, f"{sudo}rm -rf {LISTS}/*"),)
    )
    return (Edit.insert(command.span.start, f"{sudo}apt-get update && "), *ending)
