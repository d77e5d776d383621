"""What the commands of package managers do: which action, which packages, with which options.

The command line of each manager is a table in `managers`; how it spells a package is in `specs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from lightship.record import record
from lightship.shell.managers import COMMANDS, MANAGERS
from lightship.shell.managers.manager import Manager, longest_subcommand, options_of
from lightship.shell.python_calls import python_call
from lightship.shell.specs import Package, read_package, written
from lightship.shell.tree import Command, Script
from lightship.shell.words import Word
from lightship.text import Span

__all__ = [
    "MANAGERS",
    "Manager",
    "Option",
    "Package",
    "PackageCommand",
    "package_commands",
    "read_command",
]

_PIP_VALUED = ("--no-binary",)
_INSTALLING = frozenset({"install", "sync", "upgrade"})
# Their operands are packages
_NAMING = frozenset({"install", "remove", "upgrade", "download"})
# Options of apt-get that imply no answer: `-q`, `-q=1`
_ONCE_QUIET = frozenset({None, "0", "1"})
# Alone with one of them, a command prints something and ends
_PRINTING = frozenset({"--help", "--version", "-h", "-v"})
_TRUE = frozenset({"true", "1", "yes", "on", "enable"})


@record
class Option:
    """An option as it is given.

    `name` is its first long spelling (`--requirement` for `-r`), or as written where unknown.

    `value` is None without a value; variables in it stay as written. `span` covers the option and
    its value, but of letters in one word (`-yq`) each has the whole word. `word` is where it
    begins; `value_word` is the next word, where that is the value.
    """

    name: str
    value: str | None
    span: Span
    word: Word
    value_word: Word | None = None


@record
class PackageCommand:
    """One command of a package manager.

    `manager` is its name as in MANAGERS (`pip` for `pip3` and `python -m pip`). `action` is
    install, sync (what the project's own files ask for), update (the index), upgrade, remove,
    clean, download or other. `path` are the words of the subcommand (`uv pip install`: two), empty
    for the command alone (`yarn`). `start` is how many words come before options and subcommand: 1,
    or 3 for `python -m pip`. `operands` are all words that are neither option nor subcommand;
    `packages` are those among them that name packages, and editable ones.
    """

    manager: str
    action: str
    command: Command
    path: tuple[Word, ...]
    packages: tuple[Package, ...]
    options: tuple[Option, ...]
    operands: tuple[Word, ...]
    start: int = 1

    @property
    def facts(self) -> Manager:
        return MANAGERS[self.manager]

    @property
    def subcommand(self) -> Word:
        """Its last word; the command itself without one. An option may be put after it."""
        if self.path:
            return self.path[-1]
        return self.command.words[self.start - 1]

    @property
    def name(self) -> str:
        """The subcommand's words: `pip install`."""
        return " ".join(word.value or "" for word in self.path)

    @property
    def installs(self) -> bool:
        """Whether it puts packages in place: install, sync or upgrade."""
        return self.action in _INSTALLING

    def option(self, *names: str) -> Option | None:
        """The last option of one of `names`: first long spellings, see Option."""
        for option in reversed(self.options):
            if option.name in names:
                return option
        return None

    def values(self, *names: str) -> tuple[str, ...]:
        """The values of all options of those names, in order."""
        return tuple(
            option.value
            for option in self.options
            if option.name in names and option.value is not None
        )

    @property
    def assumes_yes(self) -> bool:
        """Whether it goes on without a question, by its own options."""
        if self.option(*self.facts.yes):
            return True
        return self.facts.spelling == "apt" and _apt_assumes_yes(self)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements files of pip, uv and pipenv (`-r`), and the files of conda (`-f`)."""
        if self.facts.spelling == "conda":
            return self.values("--file")
        return self.values("--requirement", "--requirements")

    @property
    def constraints(self) -> tuple[str, ...]:
        return self.values("--constraint", "--constraints")

    @property
    def no_cache(self) -> bool:
        """Whether an option of its own keeps its cache out of the layer."""
        return self.option(*self.facts.no_cache) is not None

    @property
    def reads_more(self) -> bool:
        """Whether a variable, a substitution or xargs may name packages."""
        if self.command.wrapped_by("xargs"):
            return True
        return any(package.kind == "variable" for package in self.packages)


def _apt_assumes_yes(found: PackageCommand) -> bool:
    """`-qq` implies `-y`, as does `-q=2`; so does a setting (apt-get(8))."""
    quiet = [option.value for option in found.options if option.name == "--quiet"]
    if len(quiet) > 1 or not _ONCE_QUIET.issuperset(quiet):
        return True
    for setting in found.values("--option", "-o"):
        name, _, value = setting.lower().partition("=")
        if name == "apt::get::assume-yes" and value in _TRUE:
            return True
    return False


def package_commands(script: Script, *managers: str) -> Iterator[PackageCommand]:
    """Those in `script` itself, of the named managers, or of all."""
    for command in script.commands:
        found = read_command(command)
        if found is None:
            continue
        if not managers or found.manager in managers:
            yield found


@lru_cache(maxsize=256)  # a dozen facts ask about the commands of one RUN
def read_command(command: Command) -> PackageCommand | None:
    """What `command` does as a package manager.

    None where it is none, or has no subcommand that is known.
    """
    found = _manager(command)
    if found is None:
        return None
    manager, start = found
    path, options, operands = _arguments(manager, command.words[start:])
    name = " ".join(word.value or "" for word in path)
    action = manager.subcommands.get(name)
    if action is None or (not path and operands):
        return None
    if not path and _only_prints(options):
        return None  # `yarn -v` prints its version

    packages = tuple(_packages(manager, action, options, operands))
    names_nothing = not packages and not command.wrapped_by("xargs")
    if action == "install" and manager.project and names_nothing:
        action = "sync"
    return PackageCommand(
        manager.name,
        action,
        command,
        path,
        packages,
        tuple(options),
        tuple(operands),
        start,
    )


def _only_prints(options: list[Option]) -> bool:
    return any(option.name in _PRINTING for option in options)


def _manager(command: Command) -> tuple[Manager, int] | None:
    """The manager, and how many words come before its own arguments."""
    name = command.name
    manager = COMMANDS.get(name)
    if manager is not None:
        return manager, 1
    if _is_versioned_pip(name):
        return COMMANDS["pip"], 1
    call = python_call(command.words)
    if call is None or call.kind != "module":
        return None
    module = COMMANDS.get(call.name)
    return None if module is None else (module, call.at + 1)


def _is_versioned_pip(name: str) -> bool:
    """`pip3` and `pip3.12` for `pip`."""
    if not name.startswith("pip"):
        return False
    version = name.removeprefix("pip").removeprefix("-")
    return version.replace(".", "").isdigit()


def _arguments(
    manager: Manager, words: tuple[Word, ...]
) -> tuple[tuple[Word, ...], list[Option], list[Word]]:
    """Words of the subcommand, options and operands."""
    options: list[Option] = []
    plain: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        text = written(word)
        if text == "--":
            plain.extend(words[at:])
            break
        if len(text) < 2 or not text.startswith("-"):
            plain.append(word)
            continue
        after = words[at] if at < len(words) else None
        if text in _PIP_VALUED and manager.name == "uv" and _is_uv_pip(plain):
            # Alone in `uv sync`, but with a value as pip has it
            given = [_with_value(text, word, after)] if after is not None else []
        else:
            given = _options(manager, word, after)
        options.extend(given)
        if given and given[-1].value_word is not None:
            at += 1
    path, operands = _subcommand(manager, plain)
    return path, options, operands


def _is_uv_pip(plain: list[Word]) -> bool:
    return bool(plain) and plain[0].value == "pip"


def _subcommand(
    manager: Manager, plain: list[Word]
) -> tuple[tuple[Word, ...], list[Word]]:
    """The longest subcommand that `plain` begins with; variables before it are passed over."""
    start = 0
    for at, word in enumerate(plain):
        if word.value is not None:
            start = at
            break
    most = min(longest_subcommand(manager), len(plain) - start)
    for size in range(most, 0, -1):
        path = plain[start : start + size]
        name = " ".join(word.value or "" for word in path)
        if name in manager.subcommands:
            return tuple(path), plain[start + size :]
    return (), plain


def _options(manager: Manager, word: Word, after: Word | None) -> list[Option]:
    """The option in `word`, or several letters; one that takes a value may take the word after."""
    table = options_of(manager)
    text = written(word)
    if manager.single_dash and text.startswith("--"):
        text = text[1:]
    name, equals, value = text.partition("=")
    is_name = text.startswith("--") or manager.single_dash or name in table
    if not is_name:
        return _letters(table, word, text, after)

    known, takes_value = table.get(name, (name, False))
    if equals:
        return [Option(known, value, word.span, word)]
    if takes_value and after is not None:
        return [_with_value(known, word, after)]
    return [Option(known, None, word.span, word)]


def _with_value(name: str, word: Word, after: Word) -> Option:
    span = Span(word.span.start, after.span.end)
    return Option(name, written(after), span, word, after)


def _letters(
    table: dict[str, tuple[str, bool]], word: Word, text: str, after: Word | None
) -> list[Option]:
    """`-yq`, `-rfile`, `-yt release`: letters up to one that takes the rest as its value."""
    options: list[Option] = []
    for at, letter in enumerate(text[1:], 1):
        option = f"-{letter}"
        name, takes_value = table.get(option, (option, False))
        rest = text[at + 1 :]
        if rest.startswith("=") or (takes_value and rest):
            value = rest.removeprefix("=")
            options.append(Option(name, value, word.span, word))
            break
        if takes_value and after is not None:
            options.append(_with_value(name, word, after))
            break
        options.append(Option(name, None, word.span, word))
    return options


def _packages(
    manager: Manager, action: str, options: list[Option], operands: list[Word]
) -> Iterator[Package]:
    """What the operands name, and editable packages."""
    version = None
    for option in options:
        package = _package_of(manager, action, option)
        if package is not None:
            yield package
        if option.name == "--version" and version is None:
            version = option.value
    if action not in _NAMING:
        return

    is_apart = manager.spelling in ("gem", "cargo")
    for word in operands:
        package = read_package(manager.spelling, word)
        if (
            version
            and is_apart
            and package.kind == "registry"
            and package.version is None
        ):
            package = replace(package, version=version, operator="=")
        yield package


def _package_of(manager: Manager, action: str, option: Option) -> Package | None:
    """The package that an option names: `-e .` of pip, `--git URL` of cargo."""
    if option.value is None:
        return None
    if option.name == "--editable":
        word = option.value_word or replace(option.word, value=option.value)
        package = read_package(manager.spelling, word)
        return replace(package, editable=True)
    if manager.name != "cargo" or action != "install" or not option.value:
        return None
    if option.name == "--git":
        return Package(option.value, None, None, "url", option.word)
    if option.name == "--path":
        return Package(option.value, None, None, "directory", option.word)
    return None
