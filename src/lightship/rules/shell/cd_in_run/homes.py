"""The directories in which stages do their work, and whether WORKDIR may name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from lightship.base_images.known import starts_in_root
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean, in_workdir
from lightship.lint.finding import Finding
from lightship.record import record
from lightship.rules.shell.cd_in_run.relative_paths import relies_on_directory

TEMPORARY = (
    "/tmp/",  # noqa: S108
    "/var/tmp/",  # noqa: S108
    "/usr/src/",
    "/usr/local/src/",
    "/dev/shm/",  # noqa: S108
    "/var/cache/",
)
# First parts of paths
_SYSTEM = frozenset(("", "bin", "etc", "lib", "lib64", "root", "run", "sbin", "usr"))
_LEAST_WORK = 2  # commands that follow cd to the same directory


def at_home(
    build: Build, starts: Mapping[tuple[int, str], Sequence[Invocation]]
) -> Iterator[Finding]:
    """One for each stage: of the directories in which it does its work that of most RUN.

    A stage that goes to and fro would have to say WORKDIR again and again for two of them.
    """
    homes = _homes(build)
    most: dict[int, tuple[str, Sequence[Invocation]]] = {}
    for (index, directory), calls in starts.items():
        if not _can_be_set(build, index, directory, calls, homes[index]):
            continue
        _, others = most.get(index, ("", ()))
        if len(calls) > len(others):
            most[index] = (directory, calls)

    for index, (directory, calls) in most.items():
        subject = "this RUN works"
        more = len(calls) - 1
        if more > 0:
            subject = f"this RUN and {more} more work"
        message = f"{subject} in {directory}: set it with WORKDIR"
        stage = build.dockerfile.stages[index]
        yield Finding(calls[0].command.span, message, extent=stage.span)


def _can_be_set(
    build: Build,
    index: int,
    directory: str,
    calls: Sequence[Invocation],
    home: _Home,
) -> bool:
    """Whether a stage does its work in a directory, and WORKDIR serves it."""
    is_there = all(starts_there(build, call, directory) for call in calls)
    if not is_there and not _is_worth_it(build, index, calls):
        return False
    if not _is_home(build, directory, calls, home):
        return False
    if len(calls) == 1 and not is_there and _is_one_of_several(directory, home):
        return False
    if directory in home.copied:
        return True
    return not _leaves_base(build, index, calls[0])


def _is_one_of_several(directory: str, home: _Home) -> bool:
    """Whether files of the context are copied to other directories just as well."""
    for place in home.copied:
        _, top, *_ = place.split("/")
        is_file = "." in basename(place)
        is_within = f"{place}/".startswith(f"{directory}/")
        if not is_file and not is_within and top not in _SYSTEM:
            return True
    return False


def starts_there(build: Build, call: Invocation, directory: str) -> bool:
    """Whether the directory is the working directory already."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return False
    return clean(before.workdir) == directory


def _is_worth_it(build: Build, index: int, calls: Sequence[Invocation]) -> bool:
    """Whether WORKDIR serves several commands, and breaks nothing after it."""
    # WORKDIR would move the container too, for the sake of one command
    if sum(map(_work_of, calls)) < _LEAST_WORK:
        return False

    stage = build.dockerfile.stages[index]
    first = calls[0].instruction
    if stage in build.lineage and _moves_start(build, first):
        return False
    start = first.span.start
    later = [item for item in stage.instructions if item.span.start > start]
    return not relies_on_directory(build, later)


def _moves_start(build: Build, first: Instruction) -> bool:
    """Whether WORKDIR at an instruction would change the directory, named by another WORKDIR,
    that the container starts in.
    """
    before = build.evaluation.before(first)
    if before is None or not before.workdir_set:
        return False
    if f"{clean(before.workdir)}/".startswith(TEMPORARY):
        return False  # nobody means to start there

    for step in build.shipped_steps:
        item = step.instruction
        is_later = item.span.start > first.span.start
        if is_later and item.keyword == "WORKDIR":
            return False
    return True


def _leaves_base(build: Build, index: int, call: Invocation) -> bool:
    """Whether WORKDIR would be the first one of an image whose base image may have one that the
    container is to start in: such as flink's.
    """
    before = build.evaluation.before(call.instruction)
    if before is None or before.workdir_set:
        return False
    stage = build.dockerfile.stages[index]
    root = build.evaluation.root(stage).name
    if stage not in build.lineage or starts_in_root(root):
        return False
    start = call.instruction.span.start
    return not any(item.span.start > start for item in build.each("WORKDIR"))


def _work_of(call: Invocation) -> int:
    """How many commands follow a `cd`."""
    return len(call.script.commands) - call.command.index - 1


@record
class _Home:
    """Where the files of a stage, and those of the stage below, are copied to, and the line of
    its last WORKDIR.
    """

    copied: frozenset[str]
    last_workdir: int


def _homes(build: Build) -> dict[int, _Home]:
    """By the number of each stage."""
    copied = _copied(build)
    homes: dict[int, _Home] = {}
    for stage in build.dockerfile.stages:
        places = copied[stage.index]
        base = build.base_of(stage)
        if base is not None:
            places = places | copied[base.index]

        last = 0
        for instruction in stage.instructions:
            if instruction.keyword == "WORKDIR":
                last = instruction.first_line
        homes[stage.index] = _Home(frozenset(places), last)
    return homes


def _copied(build: Build) -> defaultdict[int, set[str]]:
    """Where the files of the build context are copied to, by the number of the stage."""
    copied: defaultdict[int, set[str]] = defaultdict(set)
    for copying in build.copyings():
        step = copying.step
        if step is None or not copying.local:
            continue
        target = copying.destination.value
        if not target:
            continue

        stage = step.stage
        state = step.before
        is_known = state.workdir_known or target.startswith("/")
        if is_known or starts_in_root(build.evaluation.root(stage).name):
            place = in_workdir(state.workdir, target)
            copied[stage.index].add(place)
    return copied


def _is_home(
    build: Build, directory: str, calls: Sequence[Invocation], home: _Home
) -> bool:
    """Whether a stage does its work in that directory: several RUN begin there, or its files are
    copied there.
    """
    first = calls[0].instruction
    before = build.evaluation.before(first)
    is_set = before is not None and before.workdir_set
    if is_set and starts_there(build, calls[0], directory):
        return True

    _, top, *_ = directory.split("/")
    if top in _SYSTEM:
        return False
    if home.last_workdir > first.first_line:
        return False
    return len(calls) > 1 or directory in home.copied
