"""What a RUN of plain commands makes: the same files whenever it does the same with the same.

Only what is surely so is taken: commands whose output is their words and the files that they name,
words that the shell leaves as they are but for ENV and ARG, and no file that the kernel makes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import chain

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import in_workdir, related
from lightship.facts.values.directories import directories_of
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Redirect, Script, Word

# What they write depends on their words alone; times are no part of a content
_WRITING = frozenset(
    ": cd chmod chown echo export false mkdir printf rm rmdir set sleep touch true".split()
)
# ... and on the files that they name
_READING = frozenset("cat cp cut grep head install mv sed sort tail tr uniq wc".split())
# They write where they are told to
_NAMING = frozenset("chmod chown cp install mkdir mv rm rmdir sed sort touch".split())
_PRINTING = frozenset(("export", "set"))  # without operands they print all variables
_KERNELS = ("/dev", "/proc", "/sys")  # the kernel makes up what is read there
# Where each command of a script runs; None where that is not known
_Directories = Sequence[str | None]
_VARIABLE = regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
_USUAL = frozenset(("HOME", "PATH"))  # set, and the same at each run
_SPECIAL = frozenset("$`*?[{}~\\'")  # what a shell does more with than to pass it on
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
    if before is None or run.all_flags("mount"):
        return None
    if len(scripts) != 1:
        return None

    script = scripts[0]
    known = frozenset(variables)
    if not _is_plain(script, known):
        return None

    directories = directories_of(script, before.workdir)
    felt = filter(_is_felt, known)
    trace = _Trace(script, directories, path, names=set(felt))
    trace.go_back()
    if any(map(_may_be_kernels, trace.reads)):
        return None

    words = tuple(trace.words)
    names = frozenset(trace.names)
    reads = dict.fromkeys(trace.reads)
    removed = _removed(script, directories)
    return Effects(words, names, tuple(reads), trace.whole, tuple(removed))


def _is_felt(name: str) -> bool:
    return name in _FELT or name.startswith("LC_")


def _may_be_kernels(path: str) -> bool:
    return any(related(kernel, path) for kernel in _KERNELS)


def makes_links(build: Build, run: Instruction) -> bool:
    """Whether a RUN makes links, or goes through those of the kernel.

    It may then write elsewhere than it says.
    """
    commands = [script.commands for script in build.scripts(run)]
    return any(map(_makes_link, chain.from_iterable(commands)))


def _makes_link(command: Command) -> bool:
    if command.name == "ln":
        return True
    targets = _targets(command)
    return any(map(_is_kernels, targets))


def _targets(command: Command) -> list[str]:
    """All that a command names, as far as it is known from the start on."""
    targets = [redirect.target for redirect in command.redirects]
    known = filter(None, targets)
    words = (*command.args, *known)
    return [word.value or word.prefix for word in words]


def _is_kernels(path: str) -> bool:
    return path.startswith("/proc/") or path == "/proc"


@record(eq=False, frozen=False)
class _Trace:
    """The commands of a script that bear on `path`, as far as they were found.

    `words`, `names`, `reads` and `whole` are those of Effects. `wanted` are the paths that are
    still to be traced, to whatever writes there.
    """

    script: Script
    directories: _Directories
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
        by_pipeline: dict[int, list[Command]] = {}
        for command in self.script.commands:
            commands = by_pipeline.setdefault(command.pipeline, [])
            commands.append(command)

        self.wanted = [self.path]
        for number in sorted(by_pipeline, reverse=True):
            self._pass_pipeline(by_pipeline[number])

    def _pass_pipeline(self, commands: Sequence[Command]) -> None:
        """Add the commands of a pipeline where one of them bears on what is wanted."""
        if not any(map(self._bears_on_it, commands)):
            return
        for command in reversed(commands):
            self._add(command)
        if self.path not in self.wanted:
            return
        if any(map(self._overwrites, commands)):
            self.whole = True
            self.wanted.remove(self.path)

    def _bears_on_it(self, command: Command) -> bool:
        directory = self.directories[command.index]
        return _bears_on(command, directory, self.wanted)

    def _add(self, command: Command) -> None:
        directory = self.directories[command.index]
        length = self.script.pipelines[command.pipeline].length
        place = f"{command.stage} of {length}"
        words = _words(command, directory, self.path)
        self.words += (place, *words)
        for word in words:
            self.names.update(_VARIABLE.findall(word))

        reads = _reads(command, directory)
        self.reads += reads
        self.wanted += reads

    def _overwrites(self, command: Command) -> bool:
        """Whether a command replaces the file at the path, whatever was in it."""
        directory = self.directories[command.index]
        for redirect in command.redirects:
            target = redirect.target
            if redirect.operator != ">" or target is None:
                continue
            is_known = target.value is not None
            if is_known and _path(target.value, directory) == self.path:
                return True
        return False


def _removed(script: Script, directories: _Directories) -> Iterator[str]:
    """What `rm -r` removes; nothing where its failure would not fail the RUN."""
    operators = {item.operator for item in script.items}
    if not operators <= {"", "&&"}:
        return
    for command in script.commands:
        pipeline = script.pipelines[command.pipeline]
        if command.name != "rm" or pipeline.length != 1:
            continue
        directory = directories[command.index]
        for word in _removed_trees(command):
            path = _path(word, directory)
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
            flags.update(value[1:])
        else:
            operands.append(value)

    is_recursive = "r" in flags or "R" in flags
    is_known = flags <= set("rRfv")
    return operands if is_recursive and is_known else []


def _is_plain(script: Script, known: frozenset[str]) -> bool:
    """Whether all commands are run one after the other, are known, and get words that are known."""
    if script.opaque or script.errors:
        return False
    if script.shell == "exec" or len(script.blocks) != 1:
        return False

    operators = {item.operator for item in script.items}
    if not operators <= {"", "&&", ";", "\n"}:
        return False
    for pipeline in script.pipelines:
        if pipeline.negated or pipeline.background:
            return False
    return all(_is_known(command, known) for command in script.commands)


def _is_known(command: Command, known: frozenset[str]) -> bool:
    if command.wrappers or command.assignments:
        return False
    name = command.name
    if name not in _WRITING and name not in _READING:
        return False
    if name in _PRINTING:
        has_operands = len(command.words) > 1
        if not has_operands or command.redirects:
            return False

    words = list(command.args)
    for redirect in command.redirects:
        if redirect.body is not None:
            return False
        if redirect.target is not None:
            words.append(redirect.target)
    return all(_is_fixed(word, known) for word in words)


def _is_fixed(word: Word, known: frozenset[str]) -> bool:
    """Whether a word is the same for the same variables: no wildcard, and nothing in it but
    ENV and ARG.
    """
    if word.value is not None:
        return not word.glob
    names = set(_VARIABLE.findall(word.text))
    if not names <= known | _USUAL:
        return False
    rest = _VARIABLE.sub("", word.text)
    return _SPECIAL.isdisjoint(rest)


def _bears_on(command: Command, directory: str | None, paths: list[str]) -> bool:
    """Whether a command may write at one of `paths`, or at one that cannot be told."""
    if command.name in _PRINTING:
        return True
    written: list[str | None] = []
    for redirect in command.redirects:
        if _is_read(redirect):
            continue
        target = redirect.target
        written.append(target.value if target is not None else None)
    if command.name in _NAMING:
        written += _operands(command)

    for text in written:
        place = _path(text, directory)
        is_anywhere = place == "/"
        if is_anywhere or any(related(place, path) for path in paths):
            return True
    return False


def _words(command: Command, directory: str | None, path: str) -> list[str]:
    """The words of a command, as the shell gets them where that is known."""
    words = [_word(word, directory, path) for word in command.words]
    for redirect in command.redirects:
        target = redirect.target
        shown = _word(target, directory, path) if target is not None else ""
        words += (f"{redirect.fd}{redirect.operator}", shown)
    return words


def _word(word: Word, directory: str | None, path: str) -> str:
    """A word; empty where it is the path itself, whatever that is called."""
    value = word.value
    if value is None:
        return word.text
    may_be_path = "/" in value or "/" in path
    is_path = may_be_path and _path(value, directory) == path
    return "" if is_path else value


def _reads(command: Command, directory: str | None) -> list[str]:
    """The paths that it may read; `/` where they are not known."""
    redirects = filter(_is_read, command.redirects)
    targets = [redirect.target for redirect in redirects]
    named = [target.value for target in targets if target is not None]
    if command.name in _READING:
        named += _operands(command)
    return [_path(text, directory) for text in named]


def _operands(command: Command) -> list[str | None]:
    """The arguments that are not options, None for one that is not known."""
    values = [word.value for word in command.args]
    return [value for value in values if value is None or not value.startswith("-")]


def _is_read(redirect: Redirect) -> bool:
    return redirect.operator in ("<", "<>")


def _path(text: str | None, directory: str | None) -> str:
    if text is None:
        return "/"
    is_absolute = text.startswith("/")
    if directory is None and not is_absolute:
        return "/"
    return in_workdir(directory or "/", text)
