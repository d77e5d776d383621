"""The programs that the final image starts by name, and where they are looked for."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.purpose import start_commands
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.programs import Program, program_of

_ENTRYPOINTS = ("docker-entrypoint", "entrypoint")


def programs(build: Build) -> tuple[Command, ...]:
    """What ENTRYPOINT and CMD start, without the shells around it."""
    started = []
    for command in start_commands(build):
        name = command.name
        is_option = name.startswith("-")  # of ENTRYPOINT
        if name and not is_option and name not in SHELLS:
            started.append(command)
    return tuple(started)


def starts_script_of(build: Build, environment: str) -> bool:
    """Whether a program is started that may be a script of a virtual environment.

    Such a script is started by its name, or by its path in the environment. Python is none, and
    neither is what a file of the project, such as `start.sh`, goes on to.
    """
    for command in programs(build):
        program = program_of(command.words)
        if _is_script(program, environment):
            return True
    return False


def _is_script(program: Program, environment: str) -> bool:
    if program.interpreter:
        return False
    if not program.words:
        return False
    if "." in program.name:
        return False
    if program.name.startswith(_ENTRYPOINTS):
        return False
    path = program.words[0].value or ""
    if "/" not in path:
        return True
    return path.startswith(f"{environment}/")
