"""Plain commands: their output is their words and the files that they name.

Only what is surely so is taken: words that the shell leaves as they are but for ENV and ARG.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.evaluation.paths import in_workdir, related
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
_IN_ORDER = frozenset(("", "&&", ";", "\n"))  # between commands that run one by one
_VARIABLE = regex(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
_USUAL = frozenset(("HOME", "PATH"))  # set, and the same at each run
_SPECIAL = frozenset("$`*?[{}~\\'")  # what a shell does more with than to pass it on


def is_plain(script: Script, known: frozenset[str]) -> bool:
    """Whether all commands are run one after the other, are known, and get words that are known.

    `known` are the names of the variables that are set.
    """
    if script.opaque or script.errors:
        return False
    if script.shell == "exec" or len(script.blocks) != 1:
        return False

    operators = {item.operator for item in script.items}
    if not operators <= _IN_ORDER:
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

    names = variables_in(word.text)
    if not names <= known | _USUAL:
        return False
    rest = _VARIABLE.sub("", word.text)
    return _SPECIAL.isdisjoint(rest)


def variables_in(text: str) -> set[str]:
    """The names of the variables that a word has in it."""
    names = _VARIABLE.findall(text)
    return set(names)


@record(eq=False)
class PlacedCommand:
    """A plain command, and the directory that it runs in, None where that is not known."""

    command: Command
    directory: str | None

    def path(self, text: str | None) -> str:
        """The path that a word means; `/` where that is not known."""
        if text is None:
            return "/"
        is_absolute = text.startswith("/")
        if self.directory is None and not is_absolute:
            return "/"
        return in_workdir(self.directory or "/", text)

    def reads(self) -> list[str]:
        """The paths that it may read; `/` where they are not known."""
        command = self.command
        named: list[str | None] = []
        for redirect in command.redirects:
            target = redirect.target
            if target is not None and _is_read(redirect):
                named.append(target.value)
        if command.name in _READING:
            named += _operands(command)
        return [self.path(text) for text in named]

    def may_write(self, paths: list[str]) -> bool:
        """Whether it may write at one of `paths`, or at one that cannot be told."""
        command = self.command
        if command.name in _PRINTING:
            return True

        for text in _written(command):
            place = self.path(text)
            is_anywhere = place == "/"
            if is_anywhere or any(related(place, path) for path in paths):
                return True
        return False

    def overwrites(self, path: str) -> bool:
        """Whether it replaces the file at a path, whatever was in it."""
        for redirect in self.command.redirects:
            target = redirect.target
            if redirect.operator != ">" or target is None:
                continue
            is_known = target.value is not None
            if is_known and self.path(target.value) == path:
                return True
        return False

    def words(self, path: str) -> list[str]:
        """Its words, as the shell gets them where that is known; empty for `path` itself."""
        words = [self._word(word, path) for word in self.command.words]
        for redirect in self.command.redirects:
            operator = f"{redirect.fd}{redirect.operator}"
            words.append(operator)
            target = redirect.target
            shown = self._word(target, path) if target is not None else ""
            words.append(shown)
        return words

    def _word(self, word: Word, path: str) -> str:
        """A word; empty where it is the path itself, whatever that is called."""
        value = word.value
        if value is None:
            return word.text
        may_be_path = "/" in value or "/" in path
        is_path = may_be_path and self.path(value) == path
        return "" if is_path else value


def _is_read(redirect: Redirect) -> bool:
    return redirect.operator in ("<", "<>")


def _written(command: Command) -> Iterator[str | None]:
    """What a command names that it may write; None for what is not known."""
    for redirect in command.redirects:
        if _is_read(redirect):
            continue
        target = redirect.target
        yield target.value if target is not None else None
    if command.name in _NAMING:
        yield from _operands(command)


def _operands(command: Command) -> Iterator[str | None]:
    """The arguments that are not options, None for one that is not known."""
    for word in command.args:
        value = word.value
        if value is None or not value.startswith("-"):
            yield value
