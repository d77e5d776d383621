"""The commands of RUN that let every user write, and which of them are said as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below
from lightship.record import record
from lightship.rules.security.world_writable.any_user import is_explained
from lightship.rules.security.world_writable.closed_directories import (
    is_closed_directory,
)
from lightship.shell.mode_commands import (
    ModeCommand,
    is_recursive,
    mode_command,
    opens_to_all,
)
from lightship.shell.words import Word

_COMMANDS = ("chmod", "find", "mkdir", "install")
# Spark's image opens its working directory itself, for the user that a cluster chooses
_SPECIAL = ("/dev/", "/proc/", "/opt/spark/work-dir")
_A_HABIT = 3  # places in one Dockerfile; they are one finding
_SHARED = frozenset({"/tmp", "/var/tmp", "/dev/shm"})  # noqa: S108 - paths of the image


@record
class OpeningCommand:
    """A command that lets every user write `paths`, and the RUN that it stands in.

    `is_whole` is whether all that lies in them is opened, too.
    """

    run: Instruction
    change: ModeCommand
    paths: tuple[str, ...]
    is_whole: bool


def openings(build: Build) -> Iterator[OpeningCommand]:
    """Those in the final image, but for what is open by design or that nobody can enter."""
    shipped = {step.instruction for step in build.shipped_steps}
    for call in build.commands(*_COMMANDS):
        if call.instruction not in shipped:
            continue

        change = mode_command(call.command)
        if change is None or not opens_to_all(change.text):
            continue
        if _is_special(change) or is_closed_directory(build, change):
            continue

        paths = tuple(map(_path, change.targets))
        is_whole = is_recursive(call.command)
        yield OpeningCommand(call.instruction, change, paths, is_whole)


def _path(target: Word) -> str:
    return target.value or target.text.strip("'\"")


def _is_special(change: ModeCommand) -> bool:
    """Devices and similar places are made to be written."""
    if not change.targets:
        return False
    return all(target.prefix.startswith(_SPECIAL) for target in change.targets)


def is_shared(opening: OpeningCommand) -> bool:
    """Whether it is a directory for everybody, which only lacks the sticky bit."""
    paths = opening.paths
    are_shared = all(path.rstrip("/") in _SHARED for path in paths)
    return bool(paths) and are_shared and opening.change.text.isdigit()


def groups_of(
    build: Build, openings: Iterable[OpeningCommand]
) -> Iterator[list[OpeningCommand]]:
    """Those of each RUN, or of several in a row, but for what a comment explains.

    What is opened inside a directory that is open already belongs to the group of that; and the
    same mode in many places is one group.
    """
    above = _runs_above(build)
    explained: set[Instruction] = set()
    first_of: dict[Instruction, Instruction] = {}
    by_run: dict[Instruction, list[OpeningCommand]] = {}
    recursive: list[tuple[str, Instruction]] = []
    for opening in openings:
        own = opening.run
        before = above.get(own)
        # A comment above the first of several RUN speaks for those that follow it
        if before in explained or is_explained(build, opening.change):
            explained.add(own)
            continue

        run = _covering(opening.paths, recursive)
        if run is None:
            # It belongs to the group of the RUN right above
            run = own if before is None else first_of.get(before, own)
        first_of[own] = run
        by_run.setdefault(run, []).append(opening)
        if opening.is_whole:
            roots = [path for path in opening.paths if path.startswith("/")]
            recursive += [(root, run) for root in roots]
    return _with_habits_as_one(by_run.values())


def _with_habits_as_one(
    groups: Iterable[list[OpeningCommand]],
) -> Iterator[list[OpeningCommand]]:
    """The groups, those with the same first mode as one where they are many."""
    by_mode: dict[str, list[list[OpeningCommand]]] = {}
    for group in groups:
        mode = group[0].change.text
        by_mode.setdefault(mode, []).append(group)

    for alike in by_mode.values():
        if len(alike) < _A_HABIT:
            yield from alike
        else:
            yield list(chain.from_iterable(alike))


def _runs_above(build: Build) -> dict[Instruction, Instruction]:
    """The RUN above each RUN, where nothing but white space is between them."""
    text = build.dockerfile.text
    above: dict[Instruction, Instruction] = {}
    for stage in build.dockerfile.stages:
        for first, second in pairwise(stage.instructions):
            are_runs = first.keyword == second.keyword == "RUN"
            between = text[first.span.end : second.span.start]
            if are_runs and not between.strip():
                above[second] = first
    return above


def _covering(
    paths: Sequence[str], recursive: Iterable[tuple[str, Instruction]]
) -> Instruction | None:
    """The RUN that has opened a directory with all of these paths in it, if one has."""
    if not paths:
        return None
    for directory, run in recursive:
        if all(below(path, directory) is not None for path in paths):
            return run
    return None
