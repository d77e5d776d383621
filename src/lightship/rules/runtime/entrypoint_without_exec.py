"""The start script does not start the program with `exec`

## What it does
Finds start scripts of the build context whose last command, in whatever branch, starts the program
without `exec`: all the arguments, another start script that gets them, or a program that is known
to run until it is stopped (an interpreter with a file counts where EXPOSE says that the image
serves, and only where it is known to handle SIGTERM: the kernel keeps that signal from a process 1
that does not, which is why `flask run`, `mlflow server`, waitress and Debian's cron do not count, a
uWSGI with a master and without `die-on-term`, which takes SIGTERM for a reload, and no CMD that is
known to start such a program). In a row of `if` at the end that ask for different values of one
variable, each counts.

The rule is silent where the script handles signals or children itself (`trap`, `wait`, `&`), where
an init such as tini is process 1, or `init: true` in the compose file starts one, in the branch of
a `case` that opens a shell (`bash)`), for a server of development (`manage.py runserver`) beside a
branch that starts another program as it should, and in images for development.

## Why is this bad?
A script that ends in `gunicorn shop.wsgi` or `"$@"` starts the program as its child, and waits.
The shell stays process 1. It gets the SIGTERM of `docker stop` and of Kubernetes, and does not
pass it on: after ten seconds the program is killed in the middle of its requests. The same server
took 10.1 s to stop, and 0.3 s with `exec`, where the program replaces the shell and gets the
signal itself.

## Fix safety
The fix writes `exec` before the command, in the script, and before a file that another branch
starts with an interpreter in its place. It is unsafe: a trap on EXIT, or a function of that name,
would no longer run.

## When to ignore
Ignore it where the script has work to do after the program has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.places import place_of_word
from lightship.facts.stages.final_image import is_worked_in
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.servers import ignores_stop, runs_file, server_of
from lightship.facts.start.start_files import StartFile, script_of, start_files
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.starters import INITS
from lightship.text import Edit, Lines, Span
from lightship.wording.lists import listed

_ARGUMENTS = frozenset({'"$@"', "$@", '"${@}"', "${@}", '"$*"', "$*"})
_OF_ARGUMENTS = "its arguments"
_FOR_WORK = ("manage.py runserver", "manage.py runserver_plus", "flask run")
_SCRIPTS = (".sh", ".bash", "entrypoint")
_LABEL = regex(r"(?m)^[ \t]*\(?([\w|\"'* -]+)\)")
_SHELL_LABELS = ("bash", "sh", "shell", "bash|sh", "sh|bash", "debug")


def check(build: Build) -> Iterator[Finding]:
    if is_worked_in(build) or (build.has_init and not build.is_published):
        return
    for file in start_files(build):
        # Few images start a file of the project
        from lightship.facts.start.later_changes import may_be_rewritten  # noqa: PLC0415
        from lightship.shell.tails import last_commands  # noqa: PLC0415 - as above

        if file.started.init:
            continue
        script = script_of(build, file)
        if script is None or _minds_children(script) or may_be_rewritten(build, file):
            continue
        last = last_commands(script)
        commands = [
            (command, what)
            for command in last
            if (what := _program(build, script, command))
        ]
        if commands and not _is_only_for_work(commands, last):
            named = [command for command, _ in commands]
            commands += [
                (command, command.name)
                for command in last
                if command not in named and _is_program_too(script, command)
            ]
            yield _finding(build, file, script, commands)


def _is_only_for_work(
    commands: Sequence[tuple[Command, str]], last: Sequence[Command]
) -> bool:
    """Whether a server for development is all, and another branch starts what is for production."""
    if any(what not in _FOR_WORK for _, what in commands):
        return False
    return len(last) > len(commands)


def _minds_children(script: Script) -> bool:
    """Whether it sees to signals or children by itself, or starts an init."""
    if any(item.background for item in script.pipelines):
        return True
    names = ("trap", "wait", "coproc", "supervisord", *INITS)
    return any(
        command.name in names or any(map(command.wrapped_by, INITS))
        for command in script.commands
    )


def _program(build: Build, script: Script, command: Command) -> str:
    """What the command starts and should hand over to; empty where it need not."""
    if (
        command.wrapped_by("exec")
        or not command.words
        or any(block.kind == "function" for block in script.blocks)
    ):
        return ""
    if _opens_shell(script, command):
        return ""
    if command.words[0].text in _ARGUMENTS:
        return "" if _starts_deaf_program(build) else _OF_ARGUMENTS
    if command.name.endswith(_SCRIPTS) and any(
        word.text in _ARGUMENTS for word in command.args
    ):
        return command.name

    server = server_of(command)
    if server is not None:
        return "" if _is_deaf(build, script, command, server) else server
    if not runs_file(command) or not _is_server(build):
        return ""
    # Few scripts start a file
    from lightship.facts.start.stop_signals import acts_on_stop  # noqa: PLC0415

    return command.name if acts_on_stop(build, command) else ""


def _is_deaf(build: Build, script: Script, command: Command, server: str) -> bool:
    """Whether a server would not end by SIGTERM as process 1 either."""
    if server == "uwsgi":
        # Few images start it
        from lightship.facts.start.uwsgi_signals import uwsgi_acts_on_stop  # noqa: PLC0415

        return uwsgi_acts_on_stop(build, command) is False
    return ignores_stop(command, server) and not _debugs(build, script)


def _is_program_too(script: Script, command: Command) -> bool:
    """Whether another branch starts a file, as the program that it replaces: all of them hand over,
    or none.
    """
    if command.wrapped_by("exec") or _opens_shell(script, command):
        return False
    return bool(command.words) and runs_file(command)


def _starts_deaf_program(build: Build) -> bool:
    """Whether CMD, which gives the arguments, starts what would ignore SIGTERM as process 1."""
    commands = [
        script.commands[0]
        for step in start_steps(build)
        if step.instruction.keyword == "CMD"
        for script in build.scripts(step.instruction)[:1]
        if len(script.commands) == 1
    ]
    from lightship.facts.start.stop_signals import acts_on_stop  # noqa: PLC0415 - as above

    answers = [acts_on_stop(build, command) for command in commands]
    return bool(answers) and all(answer is False for answer in answers)


def _debugs(build: Build, script: Script) -> bool:
    """Whether a variable may switch on the reloader of Flask, which handles SIGTERM."""
    texts = (script.text.text, build.dockerfile.text)
    return any("FLASK_DEBUG" in text or "FLASK_ENV" in text for text in texts)


def _opens_shell(script: Script, command: Command) -> bool:
    """Whether it stands in the branch of a `case` for a shell: for debugging, by hand."""
    for block in script.enclosing(command):
        if block.kind != "case":
            continue
        before = script.text.text[: command.span.start]
        labels = _LABEL.findall(before)
        return bool(labels) and labels[-1].strip() in _SHELL_LABELS
    return False


def _is_server(build: Build) -> bool:
    return any(step.instruction.keyword == "EXPOSE" for step in build.shipped_steps)


def _finding(
    build: Build, file: StartFile, script: Script, commands: list[tuple[Command, str]]
) -> Finding:
    first, what = _first_run(build, commands)
    lines = Lines(script.text.text)
    line = lines.line(first.span.start)
    too = _too([lines.line(item.span.start) for item, _ in commands], line)
    message = (
        f"line {line} of {file.origin} starts {what} without exec{too}, so stop "
        "signals get lost: add exec"
    )

    starts = [_start(command) for command, _ in commands]
    edits = tuple(Edit(Span(start, start), "exec ", file.origin) for start in starts)

    started = file.started
    where = place_of_word(build.dockerfile, started.step, started.word.span)
    return Finding(where, message, Fix("Add exec", edits, Safety.UNSAFE))


def _too(all_lines: Sequence[int], said: int) -> str:
    """The other lines of the same, in brackets; empty for none."""
    others = [str(line) for line in all_lines if line != said]
    if not others:
        return ""
    does = "line {} does too" if len(others) == 1 else "lines {} do too"
    return f" ({does.format(listed(others))})"


def _first_run(
    build: Build, commands: list[tuple[Command, str]]
) -> tuple[Command, str]:
    """The first that is run, as far as is known.

    Without CMD there are no arguments to start, and a server for development is not the usual one.
    """
    unusual: list[str] = [*_FOR_WORK]
    if not any(step.instruction.keyword == "CMD" for step in build.shipped_steps):
        unusual.append(_OF_ARGUMENTS)
    for item in commands:
        if item[1] not in unusual:
            return item
    return commands[0]


def _start(command: Command) -> int:
    """Where the command itself begins, after its assignments."""
    words = command.wrappers[0].words if command.wrappers else command.words
    return words[0].span.start


_SERVER = "import uvicorn\nuvicorn.run('shop:app')\n"
_SH = "#!/bin/sh\nset -e\n"
_TEXT = 'COPY entrypoint.sh /\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["/app/server"]'
_ALONE = 'COPY start.sh /app/\nWORKDIR /app\nUSER 10001\nCMD ["./start.sh"]'

RULE = Rule(
    id="entrypoint-without-exec",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    examples=(
        Example(
            bad=_TEXT,
            fixed=_TEXT,
            files={"entrypoint.sh": f'{_SH}./migrate\n"$@"\n'},
            fixed_files={"entrypoint.sh": f'{_SH}./migrate\nexec "$@"\n'},
        ),
        Example(
            bad=_ALONE,
            fixed=_ALONE,
            files={
                "start.sh": f"{_SH}./migrate && WORKERS=2 gunicorn \\\n  --bind :8000 shop.wsgi\n"
            },
            fixed_files={
                "start.sh": f"{_SH}./migrate && WORKERS=2 exec gunicorn \\\n"
                "  --bind :8000 shop.wsgi\n"
            },
        ),
        Example(
            bad=_ALONE,
            fixed=_ALONE,
            files={
                "start.sh": f'{_SH}if [ "$DEBUG" ]; then\n  uvicorn shop\nelse\n'
                "  exec gunicorn shop\nfi\n"
            },
            fixed_files={
                "start.sh": f'{_SH}if [ "$DEBUG" ]; then\n  exec uvicorn shop\nelse\n'
                "  exec gunicorn shop\nfi\n"
            },
        ),
        Example(
            bad='COPY . /app\nUSER 10001\nENTRYPOINT ["sh", "/app/docker/run.sh"]',
            fixed='COPY . /app\nUSER 10001\nENTRYPOINT ["sh", "/app/docker/run.sh"]',
            files={
                "docker/run.sh": "poetry run uvicorn shop:app\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
            fixed_files={"docker/run.sh": "exec poetry run uvicorn shop:app\n"},
        ),
        Example(
            bad='COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]',
            fixed='COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]',
            files={"entrypoint.sh": f'{_SH}chown app /data\ngosu app "$@"\n'},
            fixed_files={
                "entrypoint.sh": f'{_SH}chown app /data\nexec gosu app "$@"\n'
            },
        ),
        Example(
            bad='COPY run.sh /usr/local/bin/\nEXPOSE 80\nUSER 10001\nCMD ["run.sh"]',
            fixed='COPY run.sh /usr/local/bin/\nEXPOSE 80\nUSER 10001\nCMD ["run.sh"]',
            files={"run.sh": f"{_SH}python server.py", "server.py": _SERVER},
            fixed_files={"run.sh": f"{_SH}exec python server.py"},
        ),
        Example(
            bad="FROM debian:trixie-slim AS build\nCOPY . /src\nFROM debian:trixie-slim\n"
            "USER 10001\n"
            'COPY --from=build /src/start.sh /start.sh\nCMD ["/start.sh"]',
            fixed="FROM debian:trixie-slim AS build\nCOPY . /src\nFROM debian:trixie-slim\n"
            "USER 10001\n"
            'COPY --from=build /src/start.sh /start.sh\nCMD ["/start.sh"]',
            files={
                "start.sh": f"{_SH}celery -A shop worker\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
            fixed_files={"start.sh": f"{_SH}exec celery -A shop worker\n"},
        ),
        Example(good=_TEXT, files={"entrypoint.sh": f'{_SH}./migrate\nexec "$@"\n'}),
        # It sees to signals itself
        Example(
            good=_TEXT,
            files={"entrypoint.sh": f"{_SH}trap 'kill $!' TERM\n\"$@\" &\nwait $!\n"},
        ),
        Example(good=_TEXT, files={"entrypoint.sh": f'{_SH}exec tini -- "$@"\n'}),
        Example(
            good='COPY run.sh /\nUSER 10001\nENTRYPOINT ["tini", "--", "/run.sh"]',
            files={"run.sh": f"{_SH}nginx\n"},
        ),
        Example(
            bad=_ALONE,
            fixed=_ALONE,
            files={
                "start.sh": f'{_SH}if [ "$MANY" ]; then\n  python many.py shop\nelse\n'
                "  uvicorn shop\nfi\n",
                "many.py": "",
            },
            fixed_files={
                "start.sh": f'{_SH}if [ "$MANY" ]; then\n  exec python many.py shop\nelse\n'
                "  exec uvicorn shop\nfi\n"
            },
        ),
        # As process 1 it would not get SIGTERM either
        Example(
            good='COPY run.sh server.py /\nEXPOSE 80\nUSER 10001\nCMD ["/run.sh"]',
            files={"run.sh": f"{_SH}python server.py", "server.py": "serve()\n"},
        ),
        # It ends by itself
        Example(good=_ALONE, files={"start.sh": f"{_SH}./import\n"}),
        Example(good=_ALONE, files={"start.sh": f"{_SH}python import.py\n"}),
        # More is done when the program has ended
        Example(good=_TEXT, files={"entrypoint.sh": f'{_SH}"$@"\n./report\n'}),
        Example(
            good=_TEXT, files={"entrypoint.sh": f'{_SH}"$@" | tee /var/log/shop.log\n'}
        ),
        Example(
            good=_TEXT,
            files={"entrypoint.sh": f'{_SH}serve() {{ exec nginx; }}\n"$@"\n'},
        ),
        # What the script is in the end is not known
        Example(
            good="COPY start.sh /app/\nRUN sed -i s/nginx/exec/ /app/start.sh\nUSER 10001\n"
            'CMD ["/app/start.sh"]',
            files={"start.sh": f"{_SH}nginx\n"},
        ),
        Example(good=_TEXT),
    ),
)
