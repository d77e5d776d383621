"""The requirements files that a command of pip or uv is given, in the build context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import copyings
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.deliveries import below, delivery
from lightship.facts.dependencies import Install, installs
from lightship.pyproject.requirements import Requirements, read_files
from lightship.shell.commands import Command


def install_of(build: Build, found: PackageInvocation) -> Install | None:
    """The same command, as one that installs what the project's files ask for; None where it is none."""
    return build.once(_installs).get(found.command.span)


def _installs(build: Build) -> Mapping[object, Install]:
    return {install.command.span: install for install in installs(build)}


def requirements_of(build: Build, found: PackageInvocation) -> Sequence[Requirements] | None:
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


def origin_of(build: Build, instruction: Instruction, path: str) -> str:
    """The file of the context that stands at a path of the image where a RUN reads it; empty where none is known."""
    context, state = build.context, build.evaluation.before(instruction)
    if context is None or state is None or "$" in path or not path.startswith("/"):
        return ""
    for mount in build.mounts(instruction):
        rest = below(path, clean(join_workdir(state.workdir, mount.target).path))
        if mount.type == "bind" and rest is not None:
            source = clean(f"/{mount.source}/{rest}")[1:] if not mount.from_ else ""
            return source if context.read(source) is not None else ""
    for copying in copyings(build.dockerfile, build.evaluation):
        brought = delivery(copying)
        origin = brought.origin(context, path) if brought is not None else None
        if origin and context.read(origin) is not None:
            return origin
    return ""


def environment_of(build: Build, found: PackageInvocation) -> Mapping[str, str | None]:
    """The variables that a command sees: ENV, ARG, and what its script sets before it."""
    state = build.evaluation.before(found.instruction)
    names: dict[str, str | None] = dict(state.env) if state is not None else {}
    for command in found.script.commands[: found.command.index]:
        if command.name in ("", "export"):
            names |= _assigned(command)
    return names | {each.name: each.value for each in found.command.assignments}


def _assigned(command: Command) -> dict[str, str | None]:
    found: dict[str, str | None] = {each.name: each.value for each in command.assignments}
    for word in command.args:
        name, equals, value = word.text.partition("=")
        if equals:
            found[name] = value.strip("\"'")
    return found
