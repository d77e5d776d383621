"""Whether the signal to stop would do anything where the command started without the shell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.facts.start.start_files import (
    StartFile,
    interpreter_of,
    script_of,
    script_of_own_base,
    start_files,
    text_of,
)
from lightship.facts.start.stop_signals import acts_on_stop, python_file_acts
from lightship.rules.runtime.shell_form_command.last_command import (
    has_server_as_job,
    innermost,
)
from lightship.shell.commands import Command, Script
from lightship.shell.python_calls import is_python
from lightship.shell.tails import last_commands


def may_be_heard(build: Build, step: Step, scripts: Sequence[Script]) -> bool:
    """Whether a program acts on SIGTERM that the shell keeps from it.

    Without a build context nothing is known of programs, and only those count as deaf that are
    known by their names. With one, a program has to be known to act on it.
    """
    script = innermost(scripts)
    if script is None or script.opaque or script.errors:
        return True
    if any(map(has_server_as_job, scripts)):
        return True  # a trap has to stop it
    files = [
        file
        for file in start_files(build)
        if file.started.step.instruction is step.instruction
    ]
    answers = [_file_acts(build, file) for file in files]
    own = script_of_own_base(build, step)
    if own is not None:
        answers.append(_hands_over_well(build, own))
    if any(answer is not None for answer in answers):
        return any(answers)
    return _any_acts(build, last_commands(script))


def _file_acts(build: Build, file: StartFile) -> bool | None:
    """Whether a start file acts on it, or hands over to what may; None for a program."""
    text = text_of(build, file)
    interpreter = interpreter_of(file, text) if text else None
    if text and interpreter is not None and is_python(interpreter.name):
        return python_file_acts(text)
    script = script_of(build, file)
    return None if script is None else _hands_over_well(build, script)


def _hands_over_well(build: Build, script: Script) -> bool:
    """Whether nothing is known against what a script hands over to with `exec`."""
    handed = [item for item in script.commands if item.wrapped_by("exec")]
    answers = [acts_on_stop(build, command) for command in handed]
    return not handed or any(answer is not False for answer in answers)


def _any_acts(build: Build, commands: Iterable[Command]) -> bool:
    answers = [acts_on_stop(build, command) for command in commands]
    if build.context is None:
        return not answers or any(answer is not False for answer in answers)
    return any(answers)
