"""Whether an image is a command that a person calls, instead of a service that stays."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.facts.start.built_services import built_services
from lightship.facts.start.manuals import manuals
from lightship.facts.start.purpose import start_commands, start_steps
from lightship.facts.start.servers import server_of
from lightship.regex import regex

_HELP = frozenset({"--help", "-h", "help", "--version"})
_RUN = regex(r"\b(?:docker|podman) run\b(?:\\\n|[^\n])*")
# It stays in the background, or answers at a port
_STAYS = regex(r"\s(?:-[a-z]*d[a-z]*|--detach|-p|--publish|--restart)(?=[\s=])")
# It goes when it is done, or works on files of who calls it
_ENDS = regex(
    r"\s--rm\b|\$\(pwd\)|\$\{?(?:PWD|HOME)\b|%cd%|(?:-v|--volume)[ =][\"']?(?:~|\./)"
)


def is_command_line_tool(build: Build) -> bool:
    """Whether people run it with arguments, on files of their own.

    It listens to no port, starts no server and no script, and prints its help by default, or the
    manual runs it so: `docker run --rm -v $PWD:/work shop --check`. A command of the project's own
    package that ENTRYPOINT starts without arguments, and no service does, is given them, too.
    """
    return build.once(_is_command_line_tool)


def _is_command_line_tool(build: Build) -> bool:
    if any(step.instruction.keyword == "EXPOSE" for step in build.shipped_steps):
        return False

    commands = start_commands(build)
    if not commands or any(map(server_of, commands)):
        return False
    first = commands[0].name
    if first.endswith(".sh") or "entrypoint" in first:
        return False
    return _prints_help(build) or _is_called(build) or _awaits_arguments(build)


def _prints_help(build: Build) -> bool:
    """Whether CMD gives a program nothing but `--help`."""
    instructions = [step.instruction for step in start_steps(build)]
    keywords = [instruction.keyword for instruction in instructions]
    if keywords != ["ENTRYPOINT", "CMD"]:
        return False

    words = {word.text for word in instructions[-1].args}
    return bool(words) and words <= _HELP


def _awaits_arguments(build: Build) -> bool:
    """Whether ENTRYPOINT is a command of the project's package alone, which no service starts."""
    context = build.context
    steps = start_steps(build)
    if context is None or len(steps) != 1 or built_services(build):
        return False
    entrypoint = steps[0].instruction
    if entrypoint.keyword != "ENTRYPOINT" or entrypoint.form != "exec":
        return False
    commands = start_commands(build)
    if len(commands) != 1 or len(commands[0].words) != 1:
        return False
    # Few images start one word
    from lightship.pyproject.project import read_project  # noqa: PLC0415

    return commands[0].name in read_project(context).scripts


def _is_called(build: Build) -> bool:
    """Whether the manual runs it in the foreground, for as long as its work takes."""
    runs = list(_runs(build))
    names = _own_names(build)
    # Images are mostly called as their program
    program = start_commands(build)[0].name.lower()
    own = [_options(run, names | {program}) for run in runs]
    if names or any(own):
        runs = list(filter(None, own))
    if any(map(_STAYS.search, runs)):
        return False
    return any(map(_ENDS.search, runs))


def _own_names(build: Build) -> frozenset[str]:
    """What the repository calls its images and packages, without registry and namespace."""
    repository = build.repository
    names = (*repository.images, *repository.projects)
    return frozenset(map(basename, names))


def _options(run: str, names: frozenset[str]) -> str:
    """A command line up to one of `names`, the image that it runs; empty where none is in it."""
    at = 0
    for word in run.split():
        at = run.index(word, at)
        name, _colon, _tag = basename(word).partition(":")
        if name.lower() in names:
            return run[:at]
        at += len(word)
    return ""


def _runs(build: Build) -> Iterator[str]:
    """The command lines of manuals that start a container."""
    for text in manuals(build):
        yield from _RUN.findall(text)
