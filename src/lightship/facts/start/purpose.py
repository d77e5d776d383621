"""What an image is for, as far as its start command tells."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.shell.commands import Command, Script
from lightship.shell.interpreters import SHELLS
from lightship.shell.programs import program_of
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.shell.starter import SUPERVISOR

# They end at once: a container that starts them keeps its files or volumes for others
_IDLE = frozenset({"true", ":", "exit"})
# Programs that a person talks to; with a file to run they are interpreters
_INTERACTIVE = SHELLS | frozenset(
    """fish ghci iex ipython irb jshell julia login lua node php pwsh R ruby scala tmux
    zsh""".split()
)


def start_steps(build: Build) -> tuple[Step, ...]:
    """ENTRYPOINT and CMD in force in the final image, ENTRYPOINT first.

    Those of the base image are not known.
    """
    return build.once(_start_steps)


def _start_steps(build: Build) -> tuple[Step, ...]:
    entrypoint: Step | None = None
    cmd: Step | None = None
    for step in build.shipped_steps:
        keyword = step.instruction.keyword
        if keyword == "CMD":
            cmd = step
        if keyword == "ENTRYPOINT":
            entrypoint = step
            # It resets the CMD of the image that it starts from
            if cmd is not None and cmd.stage is not step.stage:
                cmd = None

    steps = []
    if entrypoint is not None:
        steps.append(entrypoint)
    if cmd is not None:
        steps.append(cmd)
    return tuple(steps)


def start_commands(build: Build) -> tuple[Command, ...]:
    """The commands that ENTRYPOINT and CMD run, those inside `sh -c` too."""
    return build.once(_start_commands)


def _start_commands(build: Build) -> tuple[Command, ...]:
    steps = start_steps(build)
    commands = _commands_of(build, steps)
    return tuple(commands)


def ends_at_once(build: Build) -> bool:
    """Whether all that the image starts is `true`: its container only holds files or volumes."""
    commands = start_commands(build)
    if not commands:
        return False
    return all(command.name in _IDLE for command in commands)


def runs_program(build: Build) -> bool:
    """Whether the image starts something of its own.

    It does not where it starts only a shell or an interpreter, for a person or for a build.
    """
    return build.once(_runs_program)


def ends_in_shell(build: Build) -> bool:
    """Whether the last that the image starts is a shell without a script, for a person."""
    commands = start_commands(build)
    if not commands:
        return False
    last = commands[-1]
    return last.name in SHELLS and _is_bare_shell(last)


def _runs_program(build: Build) -> bool:
    steps = start_steps(build)
    if len(steps) > 1:
        entrypoint = steps[0]
        if _only_prepares(build, entrypoint):
            steps = steps[1:]
    for script in _scripts_of(build, steps):
        if script.opaque:
            return True
        for command in script.commands:
            if command.name in _IDLE:
                continue
            if not _is_bare_shell(command):
                return True
    return False


def _scripts_of(build: Build, steps: tuple[Step, ...]) -> Iterator[Script]:
    for step in steps:
        instruction = step.instruction
        yield from build.scripts(instruction)


def _commands_of(build: Build, steps: tuple[Step, ...]) -> Iterator[Command]:
    for script in _scripts_of(build, steps):
        yield from script.commands


def _only_prepares(build: Build, entrypoint: Step) -> bool:
    """Whether ENTRYPOINT is a starter or a script that goes on to CMD, as far as its name tells."""
    steps = (entrypoint,)
    commands = list(_commands_of(build, steps))
    if len(commands) != 1:
        return False
    [command] = commands
    program = program_of(command.all_words)
    for starter in program.starters:
        # It has services of its own to run
        if starter.role == SUPERVISOR:
            return False
    if program.awaits_command:
        return True
    return "entrypoint" in command.name


def _is_bare_shell(command: Command) -> bool:
    """A shell or an interpreter that is given no script."""
    program = program_of(command.words)
    if program.interpreter:
        if program.words:
            return False
        call = python_call(program.interpreter)
        if call is None:
            return False
        return call.kind == "input"

    name = program.name.rstrip("0123456789.")
    if name not in _INTERACTIVE:
        return False
    for word in program.words[1:]:
        argument = written(word)
        if not argument.startswith("-"):
            return False
    return True
