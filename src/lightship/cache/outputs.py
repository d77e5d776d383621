"""What a RUN of plain commands makes: the same files whenever it does the same with the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.caching.dependencies import directories_of
from lightship.facts.files.writes import related
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Redirect, Script, Word

# What they write depends on their words alone; times are no part of a content
_WRITING = frozenset(
    ": [ cd chmod chown echo exit export false ln mkdir printf rm rmdir set sleep test touch true".split()
)
# ... and on the files that they name
_READING = frozenset("cat cp cut grep head install mv sed sort tail tr uniq wc".split())
# They write where they are told to
_NAMING = frozenset("chmod chown cp install ln mkdir mv rm rmdir sed sort touch".split())
_VARIABLE = regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


@record
class Effects:
    """What the files at a path depend on, as a RUN leaves them.

    `commands` are the words of the commands that bear on them, as the shell gets them, without blanks and comments;
    where a word is that very path, it is left out. `variables` are those that the commands name, `reads` the paths that
    they read of what was there before. `whole` says that nothing is left of what was at the path.
    """

    commands: tuple[str, ...]
    variables: frozenset[str]
    reads: tuple[str, ...]
    whole: bool


def effects_of(build: Build, run: Instruction, path: str) -> Effects | None:
    """The effects at `path` of a RUN that runs nothing but plain commands; None for any other."""
    before = build.evaluation.before(run)
    scripts = build.scripts(run)
    if before is None or not scripts or run.all_flags("mount"):
        return None
    if any(script.opaque or script.errors for script in scripts):
        return None
    if not all(_is_plain(script, command) for script in scripts for command in script.commands):
        return None
    found = _Found(path)
    for script in scripts:
        directories = directories_of(script, before.workdir)
        if len(scripts) == 1 and _is_list(script):
            _of_list(script, directories, found)
        else:
            found.words += [f"{block.kind} in {block.parent}" for block in script.blocks]
            found.words += [f"{item.operator or ';'} {item.negated} {item.background}" for item in script.pipelines]
            for command in script.commands:
                found.add(script, command, directories[command.index])
    return Effects(tuple(found.words), frozenset(found.names), tuple(dict.fromkeys(found.reads)), found.whole)


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
        self.words += [f"{command.stage} of {script.pipelines[command.pipeline].length}", *own]
        self.names |= {name for word in own for name in _VARIABLE.findall(word)}
        self.reads += _reads(command, directory)


def _of_list(script: Script, directories: Sequence[str | None], found: _Found) -> None:
    """From the last command to the first: what writes at the path, then what writes what that one reads."""
    wanted = [found.path]
    for command in reversed(script.commands):
        directory = directories[command.index]
        if _bears_on(command, directory, wanted):
            found.add(script, command, directory)
            wanted += _reads(command, directory)
            if _overwrites(command, directory, found.path):
                found.whole = True
                wanted.remove(found.path)


def _overwrites(command: Command, directory: str | None, path: str) -> bool:
    """Whether a command writes the file at that path anew, whatever was in it."""
    targets = [redirect.target.value for redirect in command.redirects if redirect.operator == ">" and redirect.target]
    return any(target is not None and _path(target, directory) == path for target in targets)


def _is_list(script: Script) -> bool:
    """Whether all commands are run one after the other: nothing that decides, loops or branches off."""
    joined = {item.operator for item in script.items} <= {"", "&&", ";", "\n"}
    plain = not any(item.negated or item.background for item in script.pipelines)
    return joined and plain and len(script.blocks) == 1 and script.shell != "exec"


def _bears_on(command: Command, directory: str | None, paths: list[str]) -> bool:
    """Whether a command may write at one of `paths`, or at one that cannot be told."""
    if command.name in ("cd", "set", "export"):
        return command.name != "cd"
    written = [
        redirect.target.value if redirect.target else None for redirect in command.redirects if not _is_read(redirect)
    ]
    if command.name in _NAMING:
        written += [word.value for word in command.args if word.value is None or not word.value.startswith("-")]
    places = [_path(text, directory) for text in written]
    return any(place == "/" or related(place, path) for place in places for path in paths)


def _is_plain(script: Script, command: Command) -> bool:
    if not command.words:
        return True  # assignments alone
    is_shell = any(inner.outer is command for inner in script.inner)
    return not command.wrappers and (command.name in _WRITING or command.name in _READING or is_shell)


def _words(command: Command, directory: str | None, path: str) -> list[str]:
    """The words of a command, as the shell gets them where that is known."""
    found = [f"{each.name}={each.value if each.value is not None else each.span}" for each in command.assignments]
    found += [_word(word, directory, path) for word in command.words]
    for redirect in command.redirects:
        found += [
            f"{redirect.fd}{redirect.operator}",
            _word(redirect.target, directory, path) if redirect.target else "",
        ]
        found += [redirect.body.text] if redirect.body is not None else []
    return found


def _word(word: Word, directory: str | None, path: str) -> str:
    if word.value is None:
        return word.text
    return "" if "/" in word.value + path and _path(word.value, directory) == path else word.value


def _reads(command: Command, directory: str | None) -> list[str]:
    """The paths that it may read; `/` where they are not known."""
    named = [redirect.target.value for redirect in command.redirects if _is_read(redirect) and redirect.target]
    if command.name in _READING:
        named += [word.value for word in command.args if word.value is None or not word.value.startswith("-")]
    return [_path(text, directory) for text in named]


def _is_read(redirect: Redirect) -> bool:
    return redirect.operator in ("<", "<>")


def _path(text: str | None, directory: str | None) -> str:
    if text is None or (directory is None and not text.startswith("/")):
        return "/"
    fixed = min((text.find(mark) for mark in "*?[{" if mark in text), default=len(text))
    text = text if fixed == len(text) else text[:fixed].rpartition("/")[0] or "."
    return clean(join_workdir(directory or "/", text).path)
