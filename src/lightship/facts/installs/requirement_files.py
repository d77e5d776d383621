"""The requirements files that a command of pip or uv is given, in the build context."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from lightship.build import Build, Invocation, PackageInvocation
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import in_directory
from lightship.shell.commands import Command

if TYPE_CHECKING:
    from lightship.pyproject.requirements import Requirements

# Before an install, that are looked at for variables
_MOST_COMMANDS = 200


def install_of(build: Build, call: PackageInvocation) -> Install | None:
    """The same command, as one that installs what the project's files ask for, if it does."""
    by_span = build.once(_installs)
    return by_span.get(call.command.span)


def _installs(build: Build) -> Mapping[object, Install]:
    by_span: dict[object, Install] = {}
    for install in installs(build):
        by_span[install.command.span] = install
    return by_span


def requirements_of(
    build: Build, call: PackageInvocation
) -> Sequence[Requirements] | None:
    """All that the requirements files of a command ask for.

    None where one of them cannot be read.
    """
    paths = call.does.requirements
    if not paths:
        return ()
    install = install_of(build, call)
    context = build.context
    if install is None or context is None:
        return None
    for path in paths:
        if "://" in path:
            return None

    requirements = []
    for name in install.files:
        place = _known_path(build, install, name)
        if place is None:
            return None
        origin = origin_of(build, call.instruction, place)
        if not origin:
            return None

        # Most files are not there
        from lightship.pyproject.manifest_text import readable_text  # noqa: PLC0415
        from lightship.pyproject.requirements import read_files  # noqa: PLC0415 - as above

        file = read_files(context, origin)
        if any(readable_text(context, path) is None for path in file.paths):
            return None
        requirements.append(file)
    return requirements


def _known_path(build: Build, install: Install, path: str) -> str | None:
    """A path of the image, with the defaults of its variables put in: `-r "$REQUIREMENTS"`.

    None where one has no value.
    """
    if "$" not in path:
        return path
    call = Invocation(install.instruction, install.script, install.command)
    known = value(build, call, path)
    if not known:
        return None
    return in_directory(install.directory, known)


def environment_of(build: Build, call: PackageInvocation) -> Mapping[str, str | None]:
    """The variables that a command sees: ENV, ARG, and what its script sets before it."""
    own: dict[str, str | None] = {}
    end = call.command.index
    start = max(0, end - _MOST_COMMANDS)
    for command in call.script.commands[start:end]:
        if command.name in ("", "export"):
            assigned = _assigned(command)
            own.update(assigned)
    for assignment in call.command.assignments:
        own[assignment.name] = assignment.value

    state = build.evaluation.before(call.instruction)
    if state is None:
        return own
    # It is only read
    inherited = cast("dict[str, str | None]", state.env)
    return ChainMap(own, inherited)


def _assigned(command: Command) -> Iterator[tuple[str, str | None]]:
    """What assignments and `export` set for the commands after them."""
    for assignment in command.assignments:
        yield assignment.name, assignment.value
    for word in command.args:
        name, equals, value = word.text.partition("=")
        if equals:
            unquoted = value.strip("\"'")
            yield name, unquoted
