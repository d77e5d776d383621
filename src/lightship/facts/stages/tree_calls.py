"""A command that may make a place for Python packages, and what it makes."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.pythons import Python
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.facts.command_variables import is_true, variable
from lightship.facts.stages.stage_python import asked_python
from lightship.facts.values.command_values import value
from lightship.record import record
from lightship.shell.commands import Command


@record
class Made:
    """`kind` is venv, relocatable (a venv that may be moved), user, prefix or target.

    `tool` is what made it (`uv sync`), `python` its interpreter.
    """

    kind: str
    path: str
    tool: str
    python: Python | None


@record
class TreeCall:
    """A command in a stage that runs in `directory`, None where that is not known."""

    build: Build
    call: Invocation
    stage: Stage
    directory: str | None

    @property
    def command(self) -> Command:
        return self.call.command

    def variable(self, name: str) -> str:
        """The value of a variable; empty where it has none that is known."""
        known = variable(self.build, self.call, name)
        return known or ""

    def is_on(self, name: str) -> bool:
        """Whether a variable switches something on."""
        text = self.variable(name)
        return is_true(text)

    def value(self, text: str) -> str | None:
        """A word with its variables put in; None where one is not known."""
        return value(self.build, self.call, text)

    def python(self, asked: str = "") -> Python | None:
        """The interpreter that is asked for; what `python3` means where nothing is."""
        return asked_python(self.build, self.stage, asked)


def last_value(values: Sequence[str]) -> str:
    """The last of several values of an option; empty without one."""
    if not values:
        return ""
    return values[-1]
