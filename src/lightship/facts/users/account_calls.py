"""The commands of RUN that make and change users and groups, with what their words stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lightship.base_images.reference import read_reference
from lightship.base_images.users import adduser_is_useradd
from lightship.build import Build, Invocation
from lightship.facts.command_variables import Lookup, expanded, variable
from lightship.record import record
from lightship.shell.account_commands import NAMES, AccountCommand, read_account_command
from lightship.shell.specs import written
from lightship.shell.tree import Script


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
        # adduser may be given a group after the user
        is_adduser = self.command.program == "adduser"
        if len(self.operands) == 1 or (is_adduser and self.operands):
            return self.operands[0] or ""

        # A variable among them may stand for options
        is_known = None not in self._written
        return None if is_known else ""

    @property
    def _written(self) -> list[str | None]:
        """The operands as they are written, None for those with a variable."""
        return [word.value for word in self.command.operands]

    @property
    def varies(self) -> bool:
        """Whether a variable is in it, so that a build arg may change all that it makes."""
        return None in self.call.command.values

    def number(self, meaning: str) -> str:
        """The number that an option gives; empty where it does not, or is not known."""
        number = self.values.get(meaning) or ""
        return number if number.isdecimal() else ""

    def names(self, *meanings: str) -> list[str]:
        """The names that one of the options lists: `video,audio`."""
        names: list[str] = []
        for meaning in meanings:
            value = self.values.get(meaning) or ""
            names += value.split(",")
        return [name for name in names if name]


def account_calls(build: Build) -> tuple[AccountCall, ...]:
    """Every command of users and groups, in order, those for another root directory too."""
    return build.once(_account_calls)


def _account_calls(build: Build) -> tuple[AccountCall, ...]:
    calls: list[AccountCall] = []
    for call in build.commands(*NAMES):
        is_useradd = _is_red_hat(build, call)
        command = read_account_command(call.command, adduser_is_useradd=is_useradd)
        if command is not None:
            calls.append(_with_values(build, call, command))
    return tuple(calls)


def _is_red_hat(build: Build, call: Invocation) -> bool:
    """Whether it runs on a system where adduser is another name of useradd."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None or call.command.name != "adduser":
        return False
    root = build.evaluation.root(stage)
    image = read_reference(root.name)
    return not isinstance(image, str) and adduser_is_useradd(image)


def _with_values(
    build: Build, call: Invocation, command: AccountCommand
) -> AccountCall:
    """The call with the values of its variables."""
    own = _assigned(call.script)

    def lookup(name: str) -> str | None:
        if name in own or name == "HOME":
            return None
        return variable(build, call, name)

    texts = map(written, command.operands)
    operands = tuple(_known(text, lookup) for text in texts)
    values = {
        option.meaning: _known(option.value, lookup) for option in command.options
    }
    return AccountCall(call, command, operands, values)


def _known(text: str | None, lookup: Lookup) -> str | None:
    """What a word stands for; None where only the shell knows that."""
    if text is None or text.startswith("~"):
        return None
    if "$" in text or "`" in text:
        return expanded(text, lookup)
    return text


@lru_cache(maxsize=64)
def _assigned(script: Script) -> frozenset[str]:
    """The variables that a script sets."""
    return frozenset(
        assignment.name
        for command in script.commands
        for assignment in command.assignments
    )
