"""What a RUN of plain commands makes: the same files whenever it does the same with the same.

Of what the commands read no file may be one that the kernel makes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from lightship.build import Build
from lightship.cache.keys.placed_commands import (
    PlacedCommand,
    is_plain,
    variables_in,
)
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, related
from lightship.facts.values.directories import directories_of
from lightship.record import record
from lightship.shell.commands import Command, Script, Word

_KERNELS = ("/dev", "/proc", "/sys")  # the kernel makes up what is read there
_FELT = frozenset(
    (
        "BASH_ENV",
        "CDPATH",
        "ENV",
        "IFS",
        "LANG",
        "LANGUAGE",
        "POSIXLY_CORRECT",
        "TMPDIR",
        "TZ",
    )
)
"""Variables that commands and shells heed without being told."""


@record
class Effects:
    """What the files at a path depend on, as a RUN leaves them.

    `commands` are the words of the commands that bear on them, as the shell gets them, without
    blanks and comments; where a word is that very path, it is left out. `variables` are those that
    they name or heed, `reads` the paths that they read of what was there before. `whole` says that
    nothing is left of what was at the path. `removed` are paths of which nothing is left.
    """

    commands: tuple[str, ...]
    variables: frozenset[str]
    reads: tuple[str, ...]
    whole: bool
    removed: tuple[str, ...] = ()


def effects_of(
    build: Build,
    run: Instruction,
    path: str,
    variables: Iterable[str],
) -> Effects | None:
    """The effects at `path` of a RUN that runs nothing but plain commands; None for any other.

    `variables` are the names of those that ENV and ARG have set for it.
    """
    before = build.evaluation.before(run)
    scripts = build.scripts(run)
    has_mounts = bool(run.all_flags("mount"))
    if before is None or has_mounts:
        return None
    if len(scripts) != 1:
        return None

    script = scripts[0]
    known = frozenset(variables)
    if not is_plain(script, known):
        return None

    placed = _placed(script, before.workdir)
    felt = set(filter(_is_felt, known))
    trace = _Trace(script, placed, path, names=felt)
    trace.go_back()
    if any(map(_may_be_kernels, trace.reads)):
        return None
    return _traced_effects(trace)


def _traced_effects(trace: _Trace) -> Effects:
    """What a trace that has come to the first command says."""
    reads = dict.fromkeys(trace.reads)
    removed = _removed(trace.script, trace.placed)
    return Effects(
        commands=tuple(trace.words),
        variables=frozenset(trace.names),
        reads=tuple(reads),
        whole=trace.whole,
        removed=tuple(removed),
    )


def _placed(script: Script, workdir: str) -> list[PlacedCommand]:
    """The commands of a script, by their index, each in its directory."""
    directories = directories_of(script, workdir)
    placed: list[PlacedCommand] = []
    for command in script.commands:
        directory = directories[command.index]
        item = PlacedCommand(command, directory)
        placed.append(item)
    return placed


def _is_felt(name: str) -> bool:
    return name in _FELT or name.startswith("LC_")


def _may_be_kernels(path: str) -> bool:
    return any(related(kernel, path) for kernel in _KERNELS)


def makes_links(build: Build, run: Instruction) -> bool:
    """Whether a RUN makes links, or goes through those of the kernel.

    It may then write elsewhere than it says.
    """
    scripts = build.scripts(run)
    return any(map(_has_link, scripts))


def _has_link(script: Script) -> bool:
    return any(map(_makes_link, script.commands))


def _makes_link(command: Command) -> bool:
    if command.name == "ln":
        return True
    targets = _targets(command)
    return any(map(_is_kernels, targets))


def _targets(command: Command) -> list[str]:
    """All that a command names, as far as it is known from the start on."""
    targets: list[str] = []
    for word in _named(command):
        target = word.value or word.prefix
        targets.append(target)
    return targets


def _named(command: Command) -> Iterator[Word]:
    yield from command.args
    for redirect in command.redirects:
        if redirect.target is not None:
            yield redirect.target


def _is_kernels(path: str) -> bool:
    return below(path, "/proc") is not None


@record(eq=False, frozen=False)
class _Trace:
    """The commands of a script that bear on `path`, as far as they were found.

    `words`, `names`, `reads` and `whole` are those of Effects. `wanted` are the paths that are
    still to be traced, to whatever writes there.
    """

    script: Script
    placed: Sequence[PlacedCommand]
    path: str
    words: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    reads: list[str] = field(default_factory=list)
    whole: bool = False
    wanted: list[str] = field(default_factory=list)

    def go_back(self) -> None:
        """From the last pipeline to the first: what writes at the path, then what writes what
        that one reads.
        """
        by_pipeline: dict[int, list[PlacedCommand]] = {}
        for placed in self.placed:
            number = placed.command.pipeline
            commands = by_pipeline.setdefault(number, [])
            commands.append(placed)

        self.wanted = [self.path]
        last_first = sorted(by_pipeline, reverse=True)
        for number in last_first:
            commands = by_pipeline[number]
            self._pass_pipeline(commands)

    def _pass_pipeline(self, commands: Sequence[PlacedCommand]) -> None:
        """Add the commands of a pipeline where one of them bears on what is wanted."""
        wanted = self.wanted
        if not any(placed.may_write(wanted) for placed in commands):
            return
        for placed in reversed(commands):
            self._add(placed)

        path = self.path
        if path not in self.wanted:
            return
        if any(placed.overwrites(path) for placed in commands):
            self.whole = True
            self.wanted.remove(path)

    def _add(self, placed: PlacedCommand) -> None:
        command = placed.command
        pipeline = self.script.pipelines[command.pipeline]
        place = f"{command.stage} of {pipeline.length}"
        words = placed.words(self.path)
        self.words.append(place)
        self.words += words
        for word in words:
            self.names |= variables_in(word)

        reads = placed.reads()
        self.reads += reads
        self.wanted += reads


def _removed(script: Script, commands: Sequence[PlacedCommand]) -> Iterator[str]:
    """What `rm -r` removes; nothing where its failure would not fail the RUN."""
    operators = {item.operator for item in script.items}
    is_plain_chain = operators <= {"", "&&"}
    if not is_plain_chain:
        return

    for placed in commands:
        command = placed.command
        pipeline = script.pipelines[command.pipeline]
        is_alone = pipeline.length == 1
        if command.name != "rm" or not is_alone:
            continue
        for word in _removed_trees(command):
            path = placed.path(word)
            if path != "/":
                yield path


def _removed_trees(rm: Command) -> list[str]:
    """The operands of `rm -r`; none where it has options that are not known."""
    flags: set[str] = set()
    operands: list[str] = []
    for word in rm.args:
        value = word.value
        if value is None:
            continue
        if value.startswith("-"):
            letters = value[1:]
            flags.update(letters)
        else:
            operands.append(value)

    is_recursive = "r" in flags or "R" in flags
    is_known = flags <= set("rRfv")
    if is_recursive and is_known:
        return operands
    return []
