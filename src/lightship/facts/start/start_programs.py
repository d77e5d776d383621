"""The programs that the final image starts by name, and where they are looked for."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.purpose import start_commands
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.python import is_python

_ENTRYPOINTS = ("docker-entrypoint", "entrypoint")


def programs(build: Build) -> tuple[Command, ...]:
    """What ENTRYPOINT and CMD start, without the shells around it."""
    return tuple(
        command
        for command in start_commands(build)
        if command.name and command.name not in SHELLS
    )


def starts_script_of(build: Build, environment: str) -> bool:
    """Whether a program is started that may be a script of a virtual environment: by a name, or by its path in there.

    Python itself is none, and neither is what a file of the project, such as `start.sh`, goes on to.
    """
    return any(_is_script(command, environment) for command in programs(build))


def _is_script(command: Command, environment: str) -> bool:
    path = command.words[0].value or ""
    is_file = "." in command.name
    if is_python(command.name) or is_file or command.name.startswith(_ENTRYPOINTS):
        return False
    return "/" not in path or path.startswith(f"{environment}/")
