"""Where the exec form would change nothing, or nobody stops the command politely."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.command_line_tool import is_command_line_tool
from lightship.facts.start.later_changes import may_be_rewritten
from lightship.facts.start.start_files import (
    script_of,
    script_of_own_base,
    start_files,
)
from lightship.regex import regex
from lightship.rules.runtime.shell_form_command.heard_signals import may_be_heard
from lightship.rules.runtime.shell_form_command.last_command import (
    EXPANDS,
    ends_in_no_program,
    hands_over,
    has_jobs,
    has_server_as_job,
    innermost,
)
from lightship.rules.runtime.shell_form_command.one_shot import is_one_shot
from lightship.shell.commands import Command, Script
from lightship.shell.interpreters import SHELLS
from lightship.shell.specs import written
from lightship.shell.starters import INITS

_TESTS = frozenset({"pytest", "py.test", "tox", "nox"})
# What stands beside them in a run of tests
_AROUND_TESTS = frozenset(
    ": [ [[ cd codecov coveralls echo exit export set test true".split()
)
_PRINTING = frozenset({"info", "version", "help", "--version", "--help", "-h"})
_STEPS_OF_DJANGO = frozenset(
    """check collectstatic compilemessages createsuperuser dumpdata flush loaddata makemigrations
    migrate showmigrations""".split()
)
# Without a script to run
_FOR_A_PERSON = SHELLS | {
    *("fish", "zsh", "ipython", "psql", "mysql", "redis-cli", "pgcli", "mycli"),
    *("litecli", "sqlite3", "python", "python3", "irb", "node", "ptpython", "bpython"),
}
# With them dumb-init sends signals to one process alone
_TO_ONE_CHILD = frozenset({"-c", "--single-child"})
_ABOUT_SIGNALS = frozenset(("trap", "wait", "coproc", *INITS))
# `-m pytest`, `tests/run.sh`, `run-tests.sh`
_OF_TESTS = regex(r"^(?:pytest|unittest|tox|nox)$|(?:^|[/_-])tests?(?:[/_.-]|$)")


def gains_nothing(build: Build, step: Step) -> bool:
    """Whether nobody stops the command politely, or the exec form would change nothing."""
    if build.repository.is_example or is_for_development(build):
        return True
    if is_command_line_tool(build):
        return True
    scripts = build.scripts(step.instruction)
    outer = scripts[0].commands if scripts else ()
    if len(outer) == 1 and (
        _is_brief(outer[0]) or _is_list_of_options(build, step, outer[0])
    ):
        return True
    if outer and (_runs_tests(outer) or _only_waits(outer[-1])):
        return True
    if _runs_deaf_script(build, step):
        return True
    if _needs_no_exec(step, scripts):
        return True
    if not any(map(has_jobs, scripts)) and is_one_shot(build, step, innermost(scripts)):
        return True
    if step.instruction.keyword == "CMD" and build.once(_signals_all):
        return True
    return _is_deaf_program(build, step, scripts)


def _is_deaf_program(build: Build, step: Step, scripts: Sequence[Script]) -> bool:
    """Whether the signal would do nothing where it arrived."""
    outer = scripts[0].commands if scripts else ()
    if len(outer) == 1 and (outer[0].name == "service" or outer[0].wrapped_by("exec")):
        return False  # what is said of them is not about signals
    return not may_be_heard(build, step, scripts)


def _needs_no_exec(step: Step, scripts: Sequence[Script]) -> bool:
    """Whether a script that needs its shell hands over already, or has nothing to hand over to."""
    script = innermost(scripts)
    if script is None or script.opaque or script.errors:
        return False
    if any(map(has_jobs, scripts)):
        is_handed = script is scripts[0] and hands_over(script)
        return is_handed and not any(map(has_server_as_job, scripts))
    if ends_in_no_program(script):
        return True
    is_plain = len(script.commands) == 1 and not EXPANDS.search(
        step.instruction.operand.text
    )
    return script is scripts[0] and not is_plain and hands_over(script)


def _runs_deaf_script(build: Build, step: Step) -> bool:
    """Whether it starts a shell script that does nothing about signals: it has to be killed."""
    for file in start_files(build):
        if file.started.step.instruction is not step.instruction:
            continue
        script = script_of(build, file)
        if script is None or may_be_rewritten(build, file):
            continue
        if _is_deaf(script):
            return True
    script = script_of_own_base(build, step)
    return script is not None and _is_deaf(script)


def _is_deaf(script: Script) -> bool:
    is_handing = any(command.wrapped_by("exec") for command in script.commands)
    names = {command.name for command in script.commands}
    return not is_handing and names.isdisjoint(_ABOUT_SIGNALS)


def _signals_all(build: Build) -> bool:
    """Whether an init is process 1 that sends signals to the whole group of processes."""
    for step in build.shipped_steps:
        instruction = step.instruction
        if instruction.keyword != "ENTRYPOINT" or instruction.form != "exec":
            continue
        words = [word.text for word in instruction.args]
        if not words:
            continue
        program = basename(words[0])
        if program == "dumb-init" and _TO_ONE_CHILD.isdisjoint(words):
            return True
        if program == "tini" and "-g" in words:
            return True
    return False


def has_tini(build: Build) -> bool:
    """Whether ENTRYPOINT begins with tini, which signals one process if nothing says else."""
    for step in build.shipped_steps:
        instruction = step.instruction
        if instruction.keyword == "ENTRYPOINT" and instruction.form == "exec":
            words = instruction.args
            return bool(words) and basename(words[0].text) == "tini"
    return False


def _is_brief(command: Command) -> bool:
    """Whether it is a shell for a person, tests, or a job of one step, which nobody stops
    politely.
    """
    if _is_of_tests(command) or _is_one_step(command):
        return True
    has_script = any(not word.text.startswith("-") for word in command.args)
    return command.name in _FOR_A_PERSON and not has_script


def _is_list_of_options(build: Build, step: Step, command: Command) -> bool:
    """Whether `exec` stands before words on several lines, which are easier to read than an array
    and get all signals.
    """
    lines = step.instruction.span.of(build.dockerfile.text).strip().splitlines()
    return len(lines) > 1 and command.wrapped_by("exec")


def _runs_tests(commands: Sequence[Command]) -> bool:
    """Whether they run tests once, and report what came out: `coverage run …; coveralls`."""
    runs = [command for command in commands if command.name not in _AROUND_TESTS]
    return bool(runs) and all(map(_is_of_tests, runs))


def _is_of_tests(command: Command) -> bool:
    if command.name in _TESTS:
        return True
    return any(map(_OF_TESTS.search, map(written, command.words)))


def _only_waits(command: Command) -> bool:
    """Whether it keeps a container running, as `tail -f /dev/null`: as process 1 it ignores the
    signal to stop just as the shell does.
    """
    texts = [written(word) for word in command.args]
    if command.name == "tail":
        return True
    return command.name == "sleep" and texts == ["infinity"]


def _is_one_step(command: Command) -> bool:
    """Whether it prints something and ends, or is a step of Django: `manage.py loaddata`."""
    texts = [written(word) for word in command.args]
    if texts and _PRINTING.issuperset(texts):
        return True
    for at, text in enumerate(texts[:-1]):
        if basename(text) == "manage.py":
            return texts[at + 1] in _STEPS_OF_DJANGO
    return False
