"""What a RUN of plain commands makes: the same files whenever it does the same with the same.

Only what is surely so is taken: commands whose output is their words and the files that they name,
words that the shell leaves as they are but for ENV and ARG, and no file that the kernel makes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

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
_VARIABLE = regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
_USUAL = frozenset(("HOME", "PATH"))  # set, and the same at each run
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
    build: Build, run: Instruction, path: str, variables: Iterable[str]
) -> Effects | None:
    """The effects at `path` of a RUN that runs nothing but plain commands; None for any other.

    `variables` are the names of those that ENV and ARG have set for it.
    """
    before = build.evaluation.before(run)
    scripts = build.scripts(run)
    if before is None or len(scripts) != 1 or run.all_flags("mount"):
        return None
    script, known = scripts[0], frozenset(variables)
    if not _is_plain(script, known):
        return None
    directories = directories_of(script, before.workdir)
    found = _Found(
        path, names={name for name in known if name in _FELT or name.startswith("LC_")}
    )
    _of_list(script, directories, found)
    if any(related(kernel, read) for read in found.reads for kernel in _KERNELS):
        return None
    reads, removed = (
        tuple(dict.fromkeys(found.reads)),
        tuple(_removed(script, directories)),
    )
    return Effects(
        tuple(found.words), frozenset(found.names), reads, found.whole, removed
    )


def makes_links(build: Build, run: Instruction) -> bool:
    """Whether a RUN makes links, or goes through those of the kernel, and so may write
    elsewhere than it says.
    """
    commands = [command for script in build.scripts(run) for command in script.commands]
    return any(
        command.name == "ln" or any(map(_is_kernels, _targets(command)))
        for command in commands
    )


def _targets(command: Command) -> list[str]:
    found = [
        *command.args,
        *(
            redirect.target
            for redirect in command.redirects
            if redirect.target is not None
        ),
    ]
    return [word.value or word.prefix for word in found]


def _is_kernels(path: str) -> bool:
    return path.startswith("/proc/") or path == "/proc"


@record(eq=False, frozen=False)
class _Found:
    """What is known so far of the commands that bear on `path`."""

    path: str
    words: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    reads: list[str] = field(default_factory=list)
    whole: bool = False

    def add(self, script: Script, command: Command, directory: str | None) -> None:
        own = _words(command, directory, self.path)
        self.words += [
            f"{command.stage} of {script.pipelines[command.pipeline].length}",
            *own,
        ]
        self.names |= {name for word in own for name in _VARIABLE.findall(word)}
        self.reads += _reads(command, directory)


def _of_list(script: Script, directories: Sequence[str | None], found: _Found) -> None:
    """From the last pipeline to the first: what writes at the path, then what writes what
    that one reads.
    """
    wanted = [found.path]
    for number in range(len(script.pipelines) - 1, -1, -1):
        commands = [
            command for command in script.commands if command.pipeline == number
        ]
        if not any(
            _bears_on(command, directories[command.index], wanted)
            for command in commands
        ):
            continue
        for command in reversed(commands):
            found.add(script, command, directories[command.index])
            wanted += _reads(command, directories[command.index])
        if found.path in wanted and any(
            _overwrites(each, directories[each.index], found.path) for each in commands
        ):
            found.whole = True
            wanted.remove(found.path)


def _overwrites(command: Command, directory: str | None, path: str) -> bool:
    """Whether a command writes the file at that path anew, whatever was in it."""
    targets = [
        redirect.target.value
        for redirect in command.redirects
        if redirect.operator == ">" and redirect.target
    ]
    return any(
        target is not None and _path(target, directory) == path for target in targets
    )


def _removed(script: Script, directories: Sequence[str | None]) -> Iterator[str]:
    """What `rm -r` removes; nothing where its failure would not fail the RUN."""
    if not {item.operator for item in script.items} <= {"", "&&"}:
        return
    for command in script.commands:
        words = [word.value for word in command.args if word.value is not None]
        flags = {
            character
            for word in words
            if word.startswith("-")
            for character in word[1:]
        }
        is_alone = script.pipelines[command.pipeline].length == 1
        if (
            command.name == "rm"
            and is_alone
            and flags & set("rR")
            and flags <= set("rRfv")
        ):
            paths = (
                _path(word, directories[command.index])
                for word in words
                if not word.startswith("-")
            )
            yield from (path for path in paths if path != "/")


def _is_plain(script: Script, known: frozenset[str]) -> bool:
    """Whether all commands are run one after the other, are known, and get words that are known."""
    if (
        script.opaque
        or script.errors
        or script.shell == "exec"
        or len(script.blocks) != 1
    ):
        return False
    joined = {item.operator for item in script.items} <= {"", "&&", ";", "\n"}
    if not joined or any(item.negated or item.background for item in script.pipelines):
        return False
    return all(_is_known(command, known) for command in script.commands)


def _is_known(command: Command, known: frozenset[str]) -> bool:
    if (
        command.wrappers
        or command.assignments
        or command.name not in _WRITING | _READING
    ):
        return False
    if command.name in _PRINTING and (len(command.words) < 2 or command.redirects):
        return False
    targets = [
        redirect.target for redirect in command.redirects if redirect.target is not None
    ]
    bodies = any(redirect.body is not None for redirect in command.redirects)
    return not bodies and all(
        _is_fixed(word, known) for word in (*command.args, *targets)
    )


def _is_fixed(word: Word, known: frozenset[str]) -> bool:
    """Whether a word is the same for the same variables: no wildcard, and nothing in it but
    ENV and ARG.
    """
    if word.value is not None:
        return not word.glob
    rest = _VARIABLE.sub("", word.text)
    return set(_VARIABLE.findall(word.text)) <= known | _USUAL and not set(rest) & set(
        "$`*?[{}~\\'"
    )


def _bears_on(command: Command, directory: str | None, paths: list[str]) -> bool:
    """Whether a command may write at one of `paths`, or at one that cannot be told."""
    if command.name in _PRINTING:
        return True
    targets = [
        redirect.target for redirect in command.redirects if not _is_read(redirect)
    ]
    written = [target.value if target is not None else None for target in targets]
    if command.name in _NAMING:
        written += [
            word.value
            for word in command.args
            if word.value is None or not word.value.startswith("-")
        ]
    places = [_path(text, directory) for text in written]
    return any(
        place == "/" or related(place, path) for place in places for path in paths
    )


def _words(command: Command, directory: str | None, path: str) -> list[str]:
    """The words of a command, as the shell gets them where that is known."""
    found = [_word(word, directory, path) for word in command.words]
    for redirect in command.redirects:
        target = redirect.target
        found += [
            f"{redirect.fd}{redirect.operator}",
            _word(target, directory, path) if target is not None else "",
        ]
    return found


def _word(word: Word, directory: str | None, path: str) -> str:
    if word.value is None:
        return word.text
    return (
        ""
        if "/" in word.value + path and _path(word.value, directory) == path
        else word.value
    )


def _reads(command: Command, directory: str | None) -> list[str]:
    """The paths that it may read; `/` where they are not known."""
    named = [
        redirect.target.value
        for redirect in command.redirects
        if _is_read(redirect) and redirect.target
    ]
    if command.name in _READING:
        named += [
            word.value
            for word in command.args
            if word.value is None or not word.value.startswith("-")
        ]
    return [_path(text, directory) for text in named]


def _is_read(redirect: Redirect) -> bool:
    return redirect.operator in ("<", "<>")


def _path(text: str | None, directory: str | None) -> str:
    if text is None or (directory is None and not text.startswith("/")):
        return "/"
    return in_workdir(directory or "/", text)
