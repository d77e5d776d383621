"""Commands that make users and groups and change them: which options and operands each is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lightship.record import record
from lightship.shell.account_options import PROGRAMS, Options
from lightship.shell.specs import written
from lightship.shell.tree import Command
from lightship.shell.words import Word
from lightship.text import Span


@record
class AccountOption:
    """An option as it was given.

    `meaning` is its name in the tables, the option itself where they do not have it; `spelling` is
    how it was written. `value` is without quotes, with variables as they are written; None where
    the option has none. `span` reaches to the end of the value.
    """

    meaning: str
    spelling: str
    value: str | None
    span: Span


@record
class AccountCommand:
    """What one of `NAMES` is asked for.

    `program` is the one whose options it has, since adduser may be another name of useradd.
    """

    program: str
    operands: tuple[Word, ...]
    options: tuple[AccountOption, ...]

    def has(self, *meanings: str) -> bool:
        """Whether an option with one of `meanings` is given."""
        return any(option.meaning in meanings for option in self.options)

    def option(self, *meanings: str) -> AccountOption | None:
        """The option in force: the last one with one of `meanings`."""
        given = [option for option in self.options if option.meaning in meanings]
        return given[-1] if given else None

    def value(self, *meanings: str) -> str | None:
        """The value of the option in force; None without the option or without a value."""
        option = self.option(*meanings)
        return option.value if option is not None else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it reads and writes the accounts of another root directory."""
        return self.value("root", "prefix") not in (None, "/")

    @property
    def kind(self) -> str:
        """What it does: `user` and `group` make one, `member` puts a user into a group.

        `change` is usermod. Empty where it only prints its help or the defaults, or changes a
        group.
        """
        if self.has("help", "version", "defaults"):
            return ""
        if self.program == "adduser":
            return self._kind_of_adduser()
        if self.program == "addgroup" and len(self.operands) == 2:
            return "member"
        return _KINDS[self.program]

    def _kind_of_adduser(self) -> str:
        if self.has("group") and not self.has("system"):
            return "group"  # `adduser --group` is Debian's addgroup
        # With an option, busybox makes a user of the first of two names
        is_busybox = any(option.spelling in _OF_BUSYBOX for option in self.options)
        return "member" if len(self.operands) == 2 and not is_busybox else "user"


# Short options that Debian's adduser does not have
_OF_BUSYBOX = frozenset(("-D", "-G", "-H", "-S", "-g", "-h", "-k", "-s", "-u"))
_KINDS = {
    "useradd": "user",
    "groupadd": "group",
    "addgroup": "group",
    "usermod": "change",
    "groupmod": "",
    "gpasswd": "member",
}


def read_account_command(
    command: Command, *, adduser_is_useradd: bool = False
) -> AccountCommand | None:
    """What a command of one of these programs is asked for; None for any other.

    Red Hat's systems have adduser as another name of useradd. Where `adduser_is_useradd` does not
    say so, options do that useradd alone has.
    """
    if command.name not in PROGRAMS:
        return None
    if command.name != "adduser":
        return _read(command, command.name)
    as_useradd = _read(command, "useradd")
    if adduser_is_useradd:
        return as_useradd
    as_adduser = _read(command, "adduser")
    return (
        as_adduser if _is_known(as_adduser) or not _is_known(as_useradd) else as_useradd
    )


def _is_known(command: AccountCommand) -> bool:
    """Whether the program has all of the options."""
    return not any(option.meaning.startswith("-") for option in command.options)


def _read(command: Command, program: str) -> AccountCommand:
    known = PROGRAMS[program]
    operands: list[Word] = []
    options: list[AccountOption] = []
    rest = deque(command.args)

    while rest:
        word = rest.popleft()
        text = written(word)

        if text == "--":
            operands += rest
            break
        if text.startswith("--"):
            options.append(_long_option(known, word, rest))
        elif text.startswith("-") and text != "-":
            options += _short_options(known, word, rest)
        else:
            operands.append(word)  # options may follow it

    return AccountCommand(program, tuple(operands), tuple(options))


def _long_option(known: Options, word: Word, rest: deque[Word]) -> AccountOption:
    """`--uid 5`, `--uid=5` or a flag; takes the value off `rest`."""
    spelling, equals, value = written(word).partition("=")
    spelling = known.full(spelling)
    meaning = known.meaning(spelling)

    if equals:
        return AccountOption(meaning, spelling, value, word.span)
    if spelling in known.optional:
        takes_next = bool(rest) and not written(rest[0]).startswith("-")
    else:
        takes_next = spelling in known.values
    if takes_next:
        return _with_next(meaning, spelling, word, rest)
    return AccountOption(meaning, spelling, None, word.span)


def _short_options(
    known: Options, word: Word, rest: deque[Word]
) -> Iterator[AccountOption]:
    """The letters of `-mu1000` or `-mu 1000`.

    The first one with a value takes what follows it, or the next word.
    """
    text = written(word)
    for at, letter in enumerate(text[1:], start=1):
        spelling = f"-{letter}"
        meaning = known.meaning(spelling)

        if spelling not in known.values:
            yield AccountOption(meaning, spelling, None, word.span)
            continue
        attached = text[at + 1 :]
        if attached:
            yield AccountOption(meaning, spelling, attached, word.span)
        else:
            yield _with_next(meaning, spelling, word, rest)
        return


def _with_next(
    meaning: str, spelling: str, word: Word, rest: deque[Word]
) -> AccountOption:
    """An option whose value is the next word; None where there is none."""
    if not rest:
        return AccountOption(meaning, spelling, None, word.span)
    following = rest.popleft()
    span = Span(word.span.start, following.span.end)
    return AccountOption(meaning, spelling, written(following), span)
