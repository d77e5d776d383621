"""CMD or ENTRYPOINT runs through a shell

## What it does
Finds CMD and ENTRYPOINT in shell form. The rule is silent where SHELL chooses the shell, which
shows that it is intended; for a shell for a person, for tests, and for a job of one step such as
`manage.py migrate` or `gcloud info`; in images for development or tests and in examples; for what
ends in `tail -f /dev/null`; for a command-line tool, which ends by itself; for a shell script that
neither traps signals nor hands over with `exec`, which the exec form would not stop any sooner,
also one that a base image of the repository brings; and where dumb-init or `tini -g` sends signals
to all processes.

Scripts that a shell is told to run are only a note, and so is a CMD where every service of the
compose files has a command of its own.

With `exec`, signals do arrive, and only the form is left to change, which BuildKit's check asks
for: that is a matter of style. An array with a mistake in it, such as single quotes, goes to the
shell as it is, and the container cannot start: that is an error, and so is a command in quotes.

## Why is this bad?
`CMD nginx -g "daemon off;"` starts `/bin/sh -c "nginx …"`. Process 1 may then be the shell, which
does not pass signals on: `docker stop` waits ten seconds and kills the program. The image must
also contain a shell, and arguments of `docker run` do not reach the program. The exec form, a
JSON array, starts the program itself. Beside an ENTRYPOINT in exec form no shell runs CMD: a server
gets `/bin/sh`, `-c` and the command as arguments.

## Fix safety
The fix writes the exec form where the command is plain words: no variable, glob, operator,
redirection or builtin, so that the shell would have started the same program with the same
arguments. A leading `exec` is removed, because exec form does just that. What changes is what you
want to change: the program is process 1, and signals reach it.

It is safe for CMD on an image that is known to have no ENTRYPOINT. It is unsafe for CMD
elsewhere, where an ENTRYPOINT would now get other arguments; and for ENTRYPOINT, which ignores
CMD and arguments in shell form and uses them in exec form. It is also unsafe for a program that
may be a script of yours and cannot be read: without a `#!` line only a shell runs it. A script
that has no such line keeps its shell, as below.

One command that needs the shell for a variable becomes `["/bin/sh", "-c", "exec …"]`: the same
shell reads it, and then replaces itself with the program; the script of `sh -c '…'` gets the same
`exec`. Where there are several commands it is only a note without a fix: write a script that ends
with `exec`. For jobs in the background there is no such last command: the shell has to stop them.

## When to ignore
Ignore it where the command needs the shell and stopping it quickly does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.command_line_tool import is_command_line_tool
from lightship.facts.start.later_changes import may_be_rewritten
from lightship.facts.start.really_started import commands_instead
from lightship.facts.start.start_files import (
    script_of,
    script_of_own_base,
    start_files,
)
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.rules.runtime.shell_form_command.shell_arguments import (
    as_arguments,
    server_given_cmd,
)
from lightship.shell.commands import Command, Script
from lightship.shell.interpreters import SHELLS
from lightship.shell.specs import written
from lightship.shell.starters import INITS

_TESTS = frozenset({"pytest", "py.test", "tox", "nox"})
_KEEPS_SHELL = regex(r'\["[^"]*sh", "-c", "')
# What only a shell makes something of
_EXPANDS = regex(r"[$`*?<>|&;]")
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
_ABOUT_SIGNALS = frozenset(("trap", "wait", "coproc", "supervisord", *INITS))
# `-m pytest`, `tests/run.sh`, `run-tests.sh`
_OF_TESTS = regex(r"^(?:pytest|unittest|tox|nox)$|(?:^|[/_-])tests?(?:[/_.-]|$)")


def check(build: Build) -> Iterator[Finding]:
    steps = build.evaluation.steps
    is_sole = all(step.instruction.keyword != "ENTRYPOINT" for step in steps)
    for step in steps:
        instruction = step.instruction
        if instruction.keyword not in ("CMD", "ENTRYPOINT"):
            continue
        if instruction.form == "exec" or step.before.shell:
            continue
        if step.stage not in build.lineage:
            continue  # no container starts from it

        server = server_given_cmd(build, step)
        if server:
            span = on_first_line(build.dockerfile, step.place)
            yield Finding(span, as_arguments(server))
            continue

        is_broken = _is_invalid(instruction) or quoted_command(build, instruction)
        if not is_broken and _gains_nothing(build, step):
            continue

        span = on_first_line(build.dockerfile, step.place)
        fix = _fix(build, step, is_sole)
        told, severity = _told(build, instruction, _cure(build, instruction, fix))
        message = f"{instruction.keyword} {told}"
        if severity is None and _is_replaced(build, instruction):
            severity = Severity.INFO
        yield Finding(span, message, fix, severity)


def _is_replaced(build: Build, instruction: Instruction) -> bool:
    """Whether every service of the compose files has a command of its own."""
    return instruction.keyword == "CMD" and bool(commands_instead(build))


def _fix(build: Build, step: Step, is_sole: bool) -> Fix | None:
    """The exec form, where the command is the same in it."""
    from lightship.rules.runtime.shell_form_command.exec_form import (  # noqa: PLC0415 - only a finding needs it
        in_exec_form,
        without_quotes,
    )

    scripts = build.scripts(step.instruction)
    outer = scripts[0].commands if scripts else ()
    if len(outer) == 1 and _service_of(outer[0]):
        return None
    if any(map(_has_jobs, scripts)):
        return None
    quoted = quoted_command(build, step.instruction)
    if quoted is not None:
        return without_quotes(step, quoted)
    return in_exec_form(build, step, is_sole)


def _cure(build: Build, instruction: Instruction, fix: Fix | None) -> str:
    """The array to write, in short; a command that needs a shell keeps one."""
    scripts = build.scripts(instruction)
    needs_shell = _EXPANDS.search(instruction.operand.text) is not None
    if fix is not None:
        needs_shell = _KEEPS_SHELL.match(fix.edits[0].text) is not None
    elif scripts and scripts[0].inner:
        needs_shell = True
    return 'use ["sh", "-c", "exec …"]' if needs_shell else "use a JSON array"


def _is_invalid(instruction: Instruction) -> bool:
    """Whether it looks like an array, and is none."""
    return instruction.operand.text.lstrip().startswith(('["', "['"))


def quoted_command(build: Build, instruction: Instruction) -> str | None:
    """The command of `CMD "python app.py"`, which the shell takes for the name of a program."""
    scripts = build.scripts(instruction)
    commands = scripts[0].commands if scripts else ()
    if len(commands) != 1 or len(commands[0].words) != 1:
        return None
    name = commands[0].words[0].value or ""
    program, blank, _ = name.partition(" ")
    return name if blank and program else None


def _gains_nothing(build: Build, step: Step) -> bool:
    """Whether nobody stops the command politely, or the exec form would change nothing."""
    if build.repository.is_example or is_for_development(build):
        return True
    if is_command_line_tool(build):
        return True
    scripts = build.scripts(step.instruction)
    outer = scripts[0].commands if scripts else ()
    if len(outer) == 1 and _is_brief(outer[0]):
        return True
    if outer and _only_waits(outer[-1]):
        return True
    if _runs_deaf_script(build, step):
        return True
    if step.instruction.keyword != "CMD":
        return False
    return build.once(_signals_all)


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


def _told(
    build: Build, instruction: Instruction, cure: str
) -> tuple[str, Severity | None]:
    """What the shell does there, and how bad that is."""
    if _is_invalid(instruction):
        message = (
            "is not a valid JSON array, so the shell takes it for the command's name"
        )
        return message, Severity.ERROR
    if quoted_command(build, instruction) is not None:
        message = (
            "is one quoted word, and no program has that name: write each word of it "
            "in a JSON array"
        )
        return message, Severity.ERROR

    scripts = build.scripts(instruction)
    if any(map(_has_jobs, scripts)):
        message = (
            "runs through a shell, and no signal reaches its background jobs: stop them "
            "in a trap"
        )
        return message, Severity.INFO
    if any(len(script.commands) > 1 for script in scripts):
        message = (
            "runs through a shell, which may not pass signals on: use a script that ends "
            "with exec"
        )
        return message, Severity.INFO

    outer = scripts[0].commands if scripts else ()
    service = _service_of(outer[0]) if outer else ""
    if service:
        message = (
            "runs an init script, which passes no signals on: start "
            f"{service} itself, in the foreground"
        )
        return message, None
    wrappers = outer[0].wrappers if outer else ()
    if wrappers and wrappers[0].name == "exec":
        message = f"is in shell form: {cure}, which is the same as exec here"
        return message, Severity.STYLE
    message = f"runs through a shell, which may not pass signals on: {cure}"
    is_script = any(command.name in SHELLS for command in outer)
    return message, Severity.INFO if is_script else None


def _has_jobs(script: Script) -> bool:
    """Whether it starts something in the background."""
    return any(pipeline.background for pipeline in script.pipelines)


def _service_of(command: Command) -> str:
    """What `service NAME start` starts; empty for another command."""
    texts = [written(word) for word in command.args]
    if command.name != "service" or len(texts) != 2:
        return ""
    name, action = texts
    return name if action in ("start", "restart") and name.isidentifier() else ""


def _is_brief(command: Command) -> bool:
    """Whether it is a shell for a person, tests, or a job of one step, which nobody stops
    politely.
    """
    if command.name in _TESTS:
        return True
    if _is_one_step(command):
        return True
    has_script = any(not word.text.startswith("-") for word in command.args)
    if command.name in _FOR_A_PERSON and not has_script:
        return True
    words = map(written, command.words)
    return any(map(_OF_TESTS.search, words))


def _only_waits(command: Command) -> bool:
    """Whether it keeps a container running, as `tail -f /dev/null`: as process 1 it ignores the
    signal to stop just as the shell does.
    """
    texts = [written(word) for word in command.args]
    if command.name == "tail":
        return "/dev/null" in texts
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


RULE = Rule(
    id="shell-form-command",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("JSONArgsRecommended", "DL3025", "semgrep/prefer-json-notation"),
    practice=Practice.PERFORMANCE,
    examples=(
        Example(
            bad='USER 10001\nCMD "python app.py"',
            fixed='USER 10001\nCMD ["python", "app.py"]',
        ),
        Example(
            bad="CMD python3 -m http.server 8000",
            fixed='CMD ["python3", "-m", "http.server", "8000"]',
        ),
        Example(
            bad="CMD exec gunicorn 'app:create()' --bind=:8000",
            fixed='CMD ["gunicorn", "app:create()", "--bind=:8000"]',
        ),
        Example(
            bad="FROM nginx\nENTRYPOINT nginx -T",
            fixed='FROM nginx\nENTRYPOINT ["nginx", "-T"]',
        ),
        Example(
            bad="CMD gunicorn app:app --workers $WORKERS",
            fixed='CMD ["/bin/sh", "-c", "exec gunicorn app:app --workers $WORKERS"]',
        ),
        Example(
            bad='ENTRYPOINT python -m app --port "${PORT:-8000}" 2>&1',
            fixed='ENTRYPOINT ["/bin/sh", "-c", "exec python -m app --port '
            '\\"${PORT:-8000}\\" 2>&1"]',
        ),
        Example(
            bad="CMD exec gunicorn app:app --workers $WORKERS",
            fixed='CMD ["/bin/sh", "-c", "exec gunicorn app:app --workers $WORKERS"]',
        ),
        # Only a shell runs a script that has no first line with #!
        Example(
            bad="COPY start.sh /\nUSER 10001\nCMD /start.sh --fast",
            fixed='COPY start.sh /\nUSER 10001\nCMD ["/bin/sh", "-c", "exec /start.sh --fast"]',
            files={"start.sh": "exec /app/server\n"},
            modes={"start.sh": 0o755},
        ),
        Example(
            bad="COPY . /app\nWORKDIR /app\nUSER 10001\nCMD ./start",
            fixed='COPY . /app\nWORKDIR /app\nUSER 10001\nCMD ["./start"]',
            files={"start": "#!/bin/sh\nexec /app/server\n"},
            modes={"start": 0o755},
        ),
        Example(bad="CMD $SERVER --port 8000"),
        Example(bad="CMD test -e /data || exit 1"),
        Example(bad="CMD python app.py $ARGS &"),
        Example(bad="CMD cd /app && ./run"),
        Example(bad="CMD ['./run']"),
        Example(bad='CMD ["./run", "--port", "80",]'),
        Example(good='USER 10001\nCMD ["python3", "-m", "http.server", "8000"]'),
        Example(
            good='SHELL ["/bin/bash", "-c"]\nUSER 10001\nCMD source env.sh && exec ./run'
        ),
    ),
)
