"""The commands of RUN that make and change users and groups, with what their words stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from lightship.base_images.users import adduser_is_useradd
from lightship.build import Build, Invocation
from lightship.facts.command_variables import Lookup, expanded, variable
from lightship.record import record
from lightship.shell.specs import written
from lightship.shell.tree import Script

if TYPE_CHECKING:
    from lightship.shell.account_commands import AccountCommand

NAMES = ("useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "gpasswd")


@record
class AccountCall:
    """A call of one of `NAMES`.

    `operands` are those of `command` with the values of their variables, None where one is not
    known. `values` are those of its options in force, by their meaning; None also where an option
    has none.
    """

    call: Invocation
    command: AccountCommand
    operands: tuple[str | None, ...]
    values: Mapping[str, str | None]

    @property
    def name(self) -> str | None:
        """The user or group that it makes or changes: empty where that is not known.

        None where the program refuses the command, which has no name, or too many.
        """
        if self._takes_its_operands:
            return self.operands[0] or ""

        # A variable among them may stand for options
        for word in self.command.operands:
            if word.value is None:
                return ""
        return None

    @property
    def _takes_its_operands(self) -> bool:
        """Whether the program takes as many operands as there are."""
        if len(self.operands) == 1:
            return True
        # adduser may be given a group after the user
        if self.command.program != "adduser":
            return False
        return bool(self.operands)

    @property
    def varies(self) -> bool:
        """Whether a variable is in it, so that a build arg may change all that it makes."""
        return None in self.call.command.values

    def number(self, meaning: str) -> str:
        """The number that an option gives; empty where it does not, or is not known."""
        value = self.values.get(meaning)
        if value is None:
            return ""
        if not value.isdecimal():
            return ""
        return value

    def names(self, *meanings: str) -> list[str]:
        """The names that one of the options lists: `video,audio`."""
        names: list[str] = []
        for meaning in meanings:
            value = self.values.get(meaning) or ""
            names += value.split(",")
        return list(filter(None, names))


def account_calls(build: Build) -> tuple[AccountCall, ...]:
    """Every command of users and groups, in order, those for another root directory too."""
    return build.once(_account_calls)


def _account_calls(build: Build) -> tuple[AccountCall, ...]:
    account_calls: list[AccountCall] = []
    for call in build.commands(*NAMES):
        command = _command_of(build, call)
        if command is None:
            continue
        account_call = _with_values(build, call, command)
        account_calls.append(account_call)
    return tuple(account_calls)


def _command_of(build: Build, call: Invocation) -> AccountCommand | None:
    """What a call asks for, by the programs of its system."""
    # Few images make an account
    from lightship.shell.account_commands import read_account_command  # noqa: PLC0415

    is_useradd = _is_red_hat(build, call)
    return read_account_command(call.command, adduser_is_useradd=is_useradd)


def _is_red_hat(build: Build, call: Invocation) -> bool:
    """Whether it runs on a system where adduser is another name of useradd."""
    if call.command.name != "adduser":
        return False
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return False
    image = build.root_image(stage)
    if image is None:
        return False
    return adduser_is_useradd(image)


def _with_values(
    build: Build,
    call: Invocation,
    command: AccountCommand,
) -> AccountCall:
    """The call with the values of its variables."""
    own = _assigned(call.script)

    def lookup(name: str) -> str | None:
        if name == "HOME":
            return None
        if name in own:
            return None
        return variable(build, call, name)

    operands: list[str | None] = []
    for word in command.operands:
        text = written(word)
        operand = _known(text, lookup)
        operands.append(operand)

    values: dict[str, str | None] = {}
    for option in command.options:
        value = _known(option.value, lookup)
        values[option.meaning] = value
    return AccountCall(
        call,
        command,
        tuple(operands),
        values,
    )


def _known(text: str | None, lookup: Lookup) -> str | None:
    """What a word stands for; None where only the shell knows that."""
    if text is None:
        return None
    if text.startswith("~"):
        return None
    if "$" in text or "`" in text:
        return expanded(text, lookup)
    return text


@lru_cache(maxsize=64)
def _assigned(script: Script) -> frozenset[str]:
    """The variables that a script sets."""
    names: set[str] = set()
    for command in script.commands:
        for assignment in command.assignments:
            names.add(assignment.name)
    return frozenset(names)
