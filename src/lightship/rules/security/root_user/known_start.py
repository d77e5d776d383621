"""Whether it is known what an image starts: servers, and programs of its own in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.start.launch import Launch
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.read_launches import launches
from lightship.facts.start.start_files import script_of, start_files
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.packages import read_command
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.shell.starters import INITS
from lightship.shell.tree import Redirect

_SERVERS = frozenset(
    "gunicorn uvicorn hypercorn daphne granian waitress-serve quart litestar sanic".split()
)
# Programs that do other things, too: what they may be told to do
_SUBCOMMANDS = {
    "alembic": ("upgrade", "current"),
    "arq": (),
    "celery": ("beat", "worker"),
    "dramatiq": (),
    "fastapi": ("run",),
    "flask": ("run", "db"),
    "manage.py": ("check", "migrate", "run_huey", "runserver", "wait_for_db"),
    "rq": ("worker",),
}
# They name files of their own, or bind what only root may bind
_FILE_OPTIONS = (
    "--access-logfile",
    "--error-logfile",
    "--log-file",
    "--logfile",
    "--pid",
    "--pidfile",
    "--statedb",
    "--uds",
    "--unix-socket",
    "-p",
    "-u",
)
_DAEMON = ("--daemon", "-D")
_PORT_OPTIONS = ("--bind", "-b", "--port", "-p")
# `$PORT`, or `${PORT:-8000}`
_PORT_VARIABLE = regex(r"\$\{?(?P<name>\w+)(?::?-(?P<default>\d{1,5}))?\}?$", re.ASCII)
_NO_FILES = ("-", "/dev/stdout", "/dev/stderr")
_GIVEN = ("$@", '"$@"', "$*")
# Starters without files of their own
_STARTERS = INITS | {"command", "env", "exec", "nice", "nohup"}
# What start scripts do and write nothing with
_PLAIN = frozenset(
    """: [ [[ break cat continue date echo eval exit export expr false for grep hostname local nc
    printenv printf python python3 pwd read return sed set shift sleep test tr trap true unset
    wait which""".split()
)
# What a RUN does and leaves nothing that only root can read, and no program that is not known
_STEPS = frozenset(
    """: [ [[ apt-get apt apk dnf yum microdnf apt-mark awk break cat cd chgrp chmod chown cp cut
    curl date dpkg dpkg-query echo exit export false find gpg grep head groupadd useradd adduser
    addgroup install ldconfig ln ls mkdir mv pip pip3 printf pwd rm rmdir sed set sha256sum sort
    tail tar test touch tr true unzip update-ca-certificates uname uniq uv wc wget which xargs
    basename dirname id tee seq getent arch""".split()
)
_PYTHON_MODULES = frozenset({"compileall", "ensurepip", "pip", "venv", "virtualenv"})
_PYTHON_STEPS = ("collectstatic", "compilemessages")
_LOWEST_PORT = 1024


def is_start_known(build: Build) -> bool:
    """Whether all that the image starts is known, and all that its RUN do."""
    started = launches(build)
    if not started or not all(_is_known(build, launch) for launch in started):
        return False
    if not all(_is_plain(build, command) for command in _start_commands(build)):
        return False
    return not _has_low_port(build) and not any(_unknown_steps(build))


def _is_known(build: Build, launch: Launch) -> bool:
    """Whether one of the programs is a server, or a file of the project in Python."""
    if launch.is_redirected:
        return False
    if launch.program in _PLAIN:
        return True
    if launch.has_hidden_options:
        return False
    for starter in launch.starters:
        is_synced = starter.name == "uv" and _syncs_nothing(build)
        if starter.name not in _STARTERS and not is_synced:
            return False
    if any(_names_file(launch, option) for option in (*_FILE_OPTIONS, *_DAEMON)):
        return False
    if any(port < _LOWEST_PORT for port in _ports(build, launch)):
        return False
    return _is_program(build, launch)


def _syncs_nothing(build: Build) -> bool:
    """Whether `uv run` is told to install nothing before it starts a program."""
    for command in _start_commands(build):
        if any(written(word) == "--no-sync" for word in command.all_words):
            return True
    return False


def _is_program(build: Build, launch: Launch) -> bool:
    if launch.program in _SERVERS:
        return True
    subcommands = _SUBCOMMANDS.get(launch.program)
    if subcommands is not None:
        return not subcommands or launch.subcommand in subcommands
    if launch.takes_more or not launch.interpreter:
        return False
    return _is_own(build, launch)


def _names_file(launch: Launch, option: str) -> bool:
    if option in _DAEMON:
        return launch.has(option)
    values = [text for text, _ in launch.values(option)]
    return any(text not in _NO_FILES and not text.isdecimal() for text in values)


def _ports(build: Build, launch: Launch) -> Iterator[int]:
    """The ports that its words name; 0 where it may listen to a file, or to any port."""
    values = [text for text, _ in launch.values(*_PORT_OPTIONS)]
    values += [text for text in launch.texts if ":" in text]
    for text in values:
        variable = _PORT_VARIABLE.search(text)
        _, _, port = text.rpartition(":")
        if variable is not None:
            yield _given_port(build, variable)
        elif text.startswith("unix:"):
            yield 0
        elif port.isdecimal():
            yield int(port)


def _given_port(build: Build, variable: re.Match[str]) -> int:
    """The port that ENV gives, or else the default; 0 where neither does."""
    state = build.evaluation.before(build.lineage[-1].instructions[-1])
    env = state.env if state is not None else {}
    port = env.get(variable["name"]) or variable["default"] or ""
    return int(port) if port.isdecimal() else 0


def _is_own(build: Build, launch: Launch) -> bool:
    """Whether the file or module is one of the build context."""
    name = launch.texts[0]
    if build.context is None:
        return False
    if not launch.is_module:
        return bool(file_of(build, name))
    path = name.replace(".", "/")
    ends = (f"{path}.py", f"{path}/__main__.py")
    for file in build.context.sent:
        if any(file.path == end or file.path.endswith(f"/{end}") for end in ends):
            return True
    return False


def _start_commands(build: Build) -> Iterator[Command]:
    """The commands of ENTRYPOINT and CMD, and of the script that they start."""
    scripts = {file.started.command: file for file in start_files(build)}
    for command in start_commands(build):
        file = scripts.get(command)
        script = script_of(build, file) if file is not None else None
        if script is None:
            yield command
        else:
            yield from script.commands


def _is_plain(build: Build, command: Command) -> bool:
    """Whether a command of a start script writes nothing; programs are judged apart."""
    if any(map(_goes_to_file, command.redirects)):
        return False
    name = command.name
    if not name or name in _PLAIN or name in _STARTERS or name in SHELLS:
        return True
    if name == "uv":
        return _syncs_nothing(build)
    if name.endswith(".py") or written(command.words[0]) in _GIVEN:
        return True
    return any(launch.program == name for launch in launches(build))


def _goes_to_file(redirect: Redirect) -> bool:
    if ">" not in redirect.operator or redirect.target is None:
        return False
    target = written(redirect.target)
    return not target.startswith(("/dev/", "&")) and not target.isdecimal()


def _has_low_port(build: Build) -> bool:
    for step in build.shipped_steps:
        if step.instruction.keyword != "EXPOSE":
            continue
        for text in step.operands:
            port, _, _ = (text or "").partition("/")
            if not port.isdecimal() or int(port) < _LOWEST_PORT:
                return True
    return False


def _unknown_steps(build: Build) -> Iterator[Command]:
    """The commands of RUN of which it is not known what they leave behind."""
    for call in build.commands():
        if call.instruction not in build.shipped or not call.command.words:
            continue
        if not _is_known_step(call.command):
            yield call.command


def _is_known_step(command: Command) -> bool:
    name = command.name
    if name in _STEPS:
        return True
    does = read_command(command)
    if does is not None:
        return does.manager in ("pip", "uv", "poetry", "pipenv", "pdm")
    call = python_call(command.words)
    if call is None:
        return name in ("poetry", "pdm", "pipenv")
    if call.kind == "module":
        return call.name in _PYTHON_MODULES
    following = command.values[call.at + 1 : call.at + 2]
    return call.kind == "file" and any(word in _PYTHON_STEPS for word in following)
