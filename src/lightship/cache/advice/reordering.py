"""Instructions in another order: a RUN that reads no file of the project goes above the COPY
that rebuilds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.build import Build
from lightship.cache.plan.copy_inputs import destination_of
from lightship.cache.plan.step_names import on_one_line
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, related
from lightship.facts.edits.moves import block
from lightship.facts.files.writes import may_write
from lightship.facts.installs.independent import is_independent
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.packages import read_command
from lightship.text import Edit, Span, apply_edits

# What stands between two steps and changes nothing that they do
_PASSED = frozenset(
    "LABEL EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL VOLUME MAINTAINER".split()
)
_SYSTEM = frozenset(
    [
        "",
        *"bin boot dev etc home lib lib32 lib64 proc root run sbin sys usr var".split(),
    ]
)
_FOR_APPLICATIONS = ("/usr/src", "/var/www")
_ACCOUNTS = frozenset("addgroup adduser groupadd groupmod useradd usermod".split())
_OF_DISTRIBUTIONS = frozenset("apt apk rpm zypper".split())


@record
class Move:
    """One instruction above others: `what` names it, `text` is the Dockerfile then."""

    what: str
    title: str
    why: str
    text: str


def moves(build: Build, rebuilt: Mapping[int, int]) -> Iterator[Move]:
    """Each RUN that can go up past a COPY which is rebuilt; `rebuilt` counts by the line of a step.

    The image is the same: the RUN reads no file of the project, writes nowhere where the COPY
    does, and no variable, user or directory is set between them.
    """
    for stage in build.dockerfile.stages:
        instructions = stage.instructions
        for at, run in enumerate(instructions):
            rebuilds = rebuilt.get(run.first_line, 0)
            if not rebuilds:
                continue
            if not _is_movable(build, run):
                continue
            before = instructions[:at]
            highest = _highest(build, run, before)
            if highest is not None:
                yield _move(build, run, highest)


def _highest(
    build: Build,
    run: Instruction,
    before: Sequence[Instruction],
) -> Instruction | None:
    """The COPY farthest up that a RUN may pass, of the instructions `before` it."""
    highest: Instruction | None = None
    for passed in reversed(before):
        keyword = passed.keyword
        if keyword in ("COPY", "ADD"):
            if not _may_pass(build, run, passed):
                break
            highest = passed
        elif keyword not in _PASSED:
            break
    return highest


def _may_pass(build: Build, run: Instruction, copy: Instruction) -> bool:
    """Whether a RUN does the same before a COPY, and a COPY after the RUN.

    Not where the COPY may bring what tools look for by themselves: settings in a directory of the
    system, at home, or in the one that a package manager runs in; nor where the COPY asks for a
    user that the RUN may make.
    """
    evaluation = build.evaluation
    step = evaluation.step(copy)
    before = evaluation.before(run)
    if step is None or before is None:
        return False
    target = destination_of(step)
    destination = clean(target)
    if _is_of_system(destination):
        return False
    if may_write(build, run, destination):
        return False

    workdir = clean(before.workdir)
    if related(destination, workdir):
        commands = _commands(build, run)
        if any(map(_looks_around, commands)):
            return False

    owner = step.flags.get("chown", "")
    has_name = bool(owner.strip("0123456789:"))
    if not has_name:
        return True
    return not _may_make_users(build, run)


def _may_make_users(build: Build, run: Instruction) -> bool:
    for command in _commands(build, run):
        if command.name in _ACCOUNTS:
            return True
    return may_write(build, run, "/etc/passwd")


def _commands(build: Build, run: Instruction) -> list[Command]:
    commands: list[Command] = []
    for script in build.scripts(run):
        commands += script.commands
    return commands


def _is_of_system(path: str) -> bool:
    """Whether a directory is one of a file system's own, but for those that are for
    applications.
    """
    for place in _FOR_APPLICATIONS:
        is_inside = below(path, place) is not None
        if is_inside:
            return False
    _root, directory, *_rest = path.split("/")
    return directory in _SYSTEM


def _looks_around(command: Command) -> bool:
    """Whether it is a package manager that may have settings in the directory it runs in."""
    does = read_command(command)
    if does is None:
        return False
    if does.manager == "pip":
        return False
    spelling = does.facts.spelling
    return spelling not in _OF_DISTRIBUTIONS


def _is_movable(build: Build, run: Instruction) -> bool:
    """Whether it is a RUN, and reads nothing that a COPY brings."""
    scripts = build.scripts(run)
    if run.keyword != "RUN" or not scripts:
        return False
    for script in scripts:
        if script.opaque or script.errors:
            return False
    for mount in build.mounts(run):
        if mount.type == "bind":
            return False
    commands = _commands(build, run)
    return all(map(is_independent, commands))


def _move(build: Build, run: Instruction, above: Instruction) -> Move:
    dockerfile = build.dockerfile
    text = dockerfile.text
    own = block(dockerfile, run)
    end = len(text)
    newline = text.find("\n", own.end)
    if newline >= 0:
        end = newline + 1

    lines = text[own.start : own.end]
    bare = lines.rstrip("\r\n")
    moved = bare + dockerfile.newline
    place = block(dockerfile, above)
    put = Edit.insert(place.start, moved)
    whole_lines = Span(own.start, end)
    take = Edit.delete(whole_lines)
    after = apply_edits(text, (put, take))

    old_line = run.first_line
    new_line = above.first_line
    title = f"Move line {old_line} above line {new_line}"
    why = "it reads none of the files copied there, but is rebuilt whenever one of them changes"
    return Move(on_one_line(run), title, why, after)
