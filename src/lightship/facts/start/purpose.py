"""What an image is for, as far as its start command tells."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.programs import program_of
from lightship.shell.starters import SUPERVISOR

_INTERACTIVE = SHELLS | frozenset(
    "fish ghci iex ipython irb jshell julia login lua node php pwsh pypy python R ruby scala tmux zsh".split()
)


def start_steps(build: Build) -> tuple[Step, ...]:
    """ENTRYPOINT and CMD in force in the final image, ENTRYPOINT first; those of the base image are not known."""
    return build.once(_start_steps)


def _start_steps(build: Build) -> tuple[Step, ...]:
    found: dict[str, Step] = {}
    lineage = set(build.lineage)
    for step in build.evaluation.steps:
        if step.stage in lineage and step.instruction.keyword in ("ENTRYPOINT", "CMD"):
            if step.instruction.keyword == "ENTRYPOINT":
                cmd = found.get("CMD")
                if cmd is not None and cmd.stage is not step.stage:
                    del found["CMD"]
            found[step.instruction.keyword] = step
    return tuple(
        found[keyword] for keyword in ("ENTRYPOINT", "CMD") if keyword in found
    )


def start_commands(build: Build) -> tuple[Command, ...]:
    """The commands that ENTRYPOINT and CMD run, those inside `sh -c` too."""
    return build.once(_start_commands)


def _start_commands(build: Build) -> tuple[Command, ...]:
    return tuple(
        command
        for step in start_steps(build)
        for script in build.scripts(step.instruction)
        for command in script.commands
    )


def runs_program(build: Build) -> bool:
    """Whether the image starts something of its own, not only a shell or an interpreter for a person or a build."""
    return build.once(_runs_program)


def _runs_program(build: Build) -> bool:
    steps = start_steps(build)
    if len(steps) > 1 and _only_prepares(build, steps[0]):
        steps = steps[1:]
    if not steps:
        return False
    commands = [
        command
        for step in steps
        for script in build.scripts(step.instruction)
        for command in script.commands
    ]
    return any(not _is_bare_shell(command) for command in commands) or any(
        script.opaque for step in steps for script in build.scripts(step.instruction)
    )


def _only_prepares(build: Build, entrypoint: Step) -> bool:
    """Whether ENTRYPOINT is a starter or a script that goes on to the command of CMD, as far as its name tells."""
    commands = [
        command
        for script in build.scripts(entrypoint.instruction)
        for command in script.commands
    ]
    if len(commands) != 1:
        return False
    program = program_of(commands[0].all_words)
    if any(starter.role == SUPERVISOR for starter in program.starters):
        return False  # it has services of its own to run
    return program.awaits_command or "entrypoint" in commands[0].name


def _is_bare_shell(command: Command) -> bool:
    """A shell or an interpreter that is given no script."""
    name = command.name.rstrip("0123456789.")
    return name in _INTERACTIVE and all(
        (value or "").startswith("-") for value in command.values[1:]
    )
