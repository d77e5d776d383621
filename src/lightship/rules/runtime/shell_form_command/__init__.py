"""CMD or ENTRYPOINT runs through a shell

## What it does
Finds CMD and ENTRYPOINT in shell form. The rule is silent where SHELL chooses the shell, which
shows that it is intended; for a shell for a person, for tests, and for a job that ends by itself,
such as `manage.py migrate`, `gcloud info` or `make dist`, or a file in Python that neither waits
nor loops with `while`; in images for development or tests and in examples; for what
ends in `tail`, in a loop, `sleep` or `echo`; for a command that needs the shell and
ends with `exec` already; for a command-line tool, which ends by itself; for a shell script that
neither traps signals nor hands over with `exec`, which the exec form would not stop any sooner,
also one that a base image of the repository brings; where a later stage has a start of its own; and
where dumb-init or `tini -g` sends signals to all processes.

It is silent, too, for a program that has no handler for SIGTERM (`flask run`, `http.server`, a file
of Python or Node that sets none, uWSGI's master without `die-on-term`, which only reloads): the
kernel keeps the signal from it where it is process 1, so the exec form would not stop it sooner.
Where the build context is known, it speaks only of programs that are known to act on the signal.

Scripts that a shell is told to run are only a note, and so is a CMD where every service of the
compose files has a command of its own, or on Jupyter's images, whose `tini -g` signals all
processes. An empty CMD starts an empty script, which ends at once.

With `exec` before plain words, signals do arrive, and only the form is left to change, which
BuildKit's check asks for: that is a matter of style, and none where the words fill several lines.
An array with a mistake in it, such as single
quotes, goes to the shell as it is, and the container cannot start: that is an error, and so is a
command in quotes.

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
`exec`, unless it is plain words, which need no shell. Where there are several commands it is only a
note without a fix: write a script that ends with `exec`. Beside a job in the background, `exec`
before the last command is enough where the job may end with the container. A server in the
background is not told to stop by that: the shell has to stop it in a trap, or `tini -g` before it
signals all processes.

## When to ignore
Ignore it where the command needs the shell and stopping it quickly does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.really_started import commands_instead
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.runtime.shell_form_command.last_command import (
    EXPANDS,
    has_jobs,
    has_server_as_job,
    innermost,
    last_program,
)
from lightship.rules.runtime.shell_form_command.nothing_gained import (
    gains_nothing,
    has_tini,
)
from lightship.rules.runtime.shell_form_command.shell_arguments import (
    as_arguments,
    server_given_cmd,
)
from lightship.shell.commands import Command, Script
from lightship.shell.interpreters import SHELLS
from lightship.shell.specs import written
from lightship.text import Span

_KEEPS_SHELL = regex(r'\["[^"]*sh", "-c", "')


def check(build: Build) -> Iterator[Finding]:
    steps = build.evaluation.steps
    is_sole = all(step.instruction.keyword != "ENTRYPOINT" for step in steps)
    for step in steps:
        instruction = step.instruction
        if instruction.keyword not in ("CMD", "ENTRYPOINT"):
            continue
        if instruction.form == "exec" or step.before.shell:
            continue
        if step.stage not in build.lineage or _is_overridden(build, step):
            continue  # no container starts from it

        span = on_first_line(build.dockerfile, step.place)
        if not instruction.args:
            yield _of_empty(build, instruction, span)
            continue

        server = server_given_cmd(build, step)
        if server:
            yield Finding(span, as_arguments(server))
            continue

        is_broken = _is_invalid(instruction) or quoted_command(build, instruction)
        if not is_broken and gains_nothing(build, step):
            continue

        fix = _fix(build, step, is_sole)
        told, severity = _told(build, instruction, _cure(build, instruction, fix))
        message = f"{instruction.keyword} {told}"
        if severity is None and _is_mild(build, instruction):
            severity = Severity.INFO
        yield Finding(span, message, fix, severity)


def _is_overridden(build: Build, step: Step) -> bool:
    """Whether a later stage that starts from this one has a start of its own."""
    return step.stage is not build.lineage[-1] and step not in start_steps(build)


def _of_empty(build: Build, instruction: Instruction, span: Span) -> Finding:
    """What BuildKit makes of no command at all: `/bin/sh -c ""`."""
    severity = Severity.INFO if _is_replaced(build, instruction) else None
    keywords = {step.instruction.keyword for step in build.shipped_steps}
    if instruction.keyword == "CMD" and "ENTRYPOINT" in keywords:
        message = "CMD is empty, so ENTRYPOINT gets the arguments /bin/sh and -c: write its own"
    else:
        message = (
            f'{instruction.keyword} is empty, so sh -c "" starts and ends at once: write a '
            "command, or remove it"
        )
    return Finding(span, message, severity=severity)


def _is_mild(build: Build, instruction: Instruction) -> bool:
    """Whether CMD is seldom run, or an init of the base image signals all processes."""
    if _is_replaced(build, instruction):
        return True
    return instruction.keyword == "CMD" and _is_on_docker_stacks(build)


def _is_on_docker_stacks(build: Build) -> bool:
    """Whether ENTRYPOINT is the `tini -g` of Jupyter's images.

    Source: jupyter/docker-stacks, images/docker-stacks-foundation/Dockerfile.
    """
    image = build.root_image(build.lineage[0])
    if image is None or not image.path.startswith("jupyter/"):
        return False
    return all(step.instruction.keyword != "ENTRYPOINT" for step in build.shipped_steps)


def _is_replaced(build: Build, instruction: Instruction) -> bool:
    """Whether every service of the compose files has a command of its own."""
    return instruction.keyword == "CMD" and bool(commands_instead(build))


def _fix(build: Build, step: Step, is_sole: bool) -> Fix | None:
    """The exec form, where the command is the same in it."""
    # Only a finding needs it
    from lightship.rules.runtime.shell_form_command.exec_form import (  # noqa: PLC0415
        in_exec_form,
        without_quotes,
    )

    scripts = build.scripts(step.instruction)
    outer = scripts[0].commands if scripts else ()
    if len(outer) == 1 and _service_of(outer[0]):
        return None
    if any(map(has_jobs, scripts)):
        return None
    quoted = quoted_command(build, step.instruction)
    if quoted is not None:
        return without_quotes(step, quoted)
    return in_exec_form(build, step, is_sole)


def _cure(build: Build, instruction: Instruction, fix: Fix | None) -> str:
    """The array to write, in short; a command that needs a shell keeps one."""
    scripts = build.scripts(instruction)
    needs_shell = EXPANDS.search(instruction.operand.text) is not None
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
    if any(map(has_jobs, scripts)):
        last = _last_program(scripts)
        if last:
            message = f"runs through a shell, which passes no signals on: start {last} with exec"
            return message, Severity.INFO
        cure = "use tini -g" if build.once(has_tini) else "stop them in a trap"
        message = (
            f"runs through a shell, and no signal reaches its background jobs: {cure}"
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


def _last_program(scripts: Sequence[Script]) -> str:
    """The program to start with exec, beside jobs that may end with the container."""
    script = innermost(scripts)
    if script is None or any(map(has_server_as_job, scripts)):
        return ""
    return last_program(script)


def _service_of(command: Command) -> str:
    """What `service NAME start` starts; empty for another command."""
    texts = [written(word) for word in command.args]
    if command.name != "service" or len(texts) != 2:
        return ""
    name, action = texts
    return name if action in ("start", "restart") and name.isidentifier() else ""


RULE = Rule(
    id="shell-form-command",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("JSONArgsRecommended", "DL3025", "semgrep/prefer-json-notation"),
    practice=Practice.PERFORMANCE,
    scope=RuleScope(shell_start=True),
    examples=(
        Example(
            bad='USER 10001\nCMD "python app.py"',
            fixed='USER 10001\nCMD ["python", "app.py"]',
        ),
        Example(
            bad="CMD python3 -m uvicorn shop:app",
            fixed='CMD ["python3", "-m", "uvicorn", "shop:app"]',
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
        Example(bad="CMD"),
        Example(bad="CMD ['./run']"),
        Example(bad='CMD ["./run", "--port", "80",]'),
        Example(good='USER 10001\nCMD ["python3", "-m", "http.server", "8000"]'),
        # As process 1 they would not get the signal to stop either
        Example(good="USER 10001\nCMD python3 -m http.server 8000"),
        Example(
            good="COPY app.py /\nUSER 10001\nCMD python3 /app.py",
            files={"app.py": "import flask\nflask.Flask('shop').run()\n"},
        ),
        # Signals arrive, and a variable needs the shell; a loop has nothing to hand over to
        Example(
            good="USER 10001\nCMD exec uvicorn app:app --host 0.0.0.0 --port $PORT"
        ),
        Example(good="USER 10001\nCMD while true; do python job.py; sleep 60; done"),
        Example(
            good='SHELL ["/bin/bash", "-c"]\nUSER 10001\nCMD source env.sh && exec ./run'
        ),
    ),
)
