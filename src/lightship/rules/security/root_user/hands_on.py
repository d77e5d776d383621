"""Whether all that an image starts is a script that hands on to what it is given."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.built_services import built_services, pulled_services
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.start_files import script_of, start_files
from lightship.shell.commands import Command

# What such a script does before: it prepares the shell
_PREPARES = frozenset(
    ". : [ [[ activate cd conda echo eval export local mamba micromamba printf set shift source"
    " test true umask unset".split()
)
_GIVEN = ("$@", "${@}", "$*")


def only_hands_on(build: Build) -> bool:
    """Whether ENTRYPOINT is a script that only prepares the shell for `exec "$@"`.

    Without a CMD, and without a service of compose, its user says what is started.
    """
    if built_services(build) or pulled_services(build):
        return False  # their commands are what is started
    keywords = [step.instruction.keyword for step in start_steps(build)]
    if keywords != ["ENTRYPOINT"]:
        return False
    files = start_files(build)
    if len(files) != 1:
        return False
    script = script_of(build, files[0])
    if script is None:
        return False
    if script.opaque or script.errors:
        return False

    commands = [command for command in script.commands if command.words]
    if not commands:
        return False
    *before, last = commands
    return _is_given(last) and all(map(_prepares, before))


def _prepares(command: Command) -> bool:
    return command.name in _PREPARES or _is_given(command)


def _is_given(command: Command) -> bool:
    """Whether a command is what the script itself is given."""
    first = command.words[0].text
    return first.strip('"') in _GIVEN
