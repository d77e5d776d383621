"""The requirements files that a command of pip or uv is given, in the build context."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import cast

from lightship.build import Build, PackageInvocation
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import Install, installs
from lightship.pyproject.requirements import Requirements, read_files
from lightship.shell.commands import Command

_MOST_COMMANDS = 200  # before an install, that are looked at for variables


def install_of(build: Build, found: PackageInvocation) -> Install | None:
    """The same command, as one that installs what the project's files ask for; None where it is none."""
    return build.once(_installs).get(found.command.span)


def _installs(build: Build) -> Mapping[object, Install]:
    return {install.command.span: install for install in installs(build)}


def requirements_of(
    build: Build, found: PackageInvocation
) -> Sequence[Requirements] | None:
    """All that the requirements files of a command ask for; None where one of them cannot be read."""
    install, context = install_of(build, found), build.context
    named = found.does.requirements
    if not named:
        return ()
    if install is None or context is None or any("://" in path for path in named):
        return None
    origins = [origin_of(build, found.instruction, path) for path in install.files]
    if not all(origins):
        return None
    return [read_files(context, path) for path in origins]


def environment_of(build: Build, found: PackageInvocation) -> Mapping[str, str | None]:
    """The variables that a command sees: ENV, ARG, and what its script sets before it."""
    state = build.evaluation.before(found.instruction)
    names: dict[str, str | None] = {}
    end = found.command.index
    for command in found.script.commands[max(0, end - _MOST_COMMANDS) : end]:
        if command.name in ("", "export"):
            names |= _assigned(command)
    names |= {each.name: each.value for each in found.command.assignments}
    return (
        ChainMap(names, cast("dict[str, str | None]", state.env))
        if state is not None
        else names
    )  # read alone


def _assigned(command: Command) -> dict[str, str | None]:
    found: dict[str, str | None] = {
        each.name: each.value for each in command.assignments
    }
    for word in command.args:
        name, equals, value = word.text.partition("=")
        if equals:
            found[name] = value.strip("\"'")
    return found
