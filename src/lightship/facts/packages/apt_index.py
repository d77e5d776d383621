"""Whether there is an index of apt before an instruction, and who reads the one that a RUN writes."""

from __future__ import annotations

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.apt import (
    APT,
    LISTS,
    AptRun,
    apt_runs,
    others_of,
    stands_aside,
)
from lightship.shell.commands import Command
from lightship.shell.packages import read_command

# Official images made from Debian's and Ubuntu's packages: their Dockerfiles remove the index behind each install.
_WITHOUT_INDEX = frozenset(
    """buildpack-deps debian eclipse-temurin gcc golang httpd mariadb maven nginx node openjdk perl php postgres python
    ruby rust ubuntu""".split()
)


def read_later(build: Build) -> set[Instruction]:
    """The RUN whose index a later RUN reads: one in its stage, or in a stage that starts from it."""
    return build.once(_read_later)


def _read_later(build: Build) -> set[Instruction]:
    runs = apt_runs(build)
    found: set[Instruction] = set()
    reading: dict[
        int, bool
    ] = {}  # by stage: whether a stage that starts from it reads its index
    for stage in reversed(build.dockerfile.stages):
        wanted = reading.get(stage.index, False)
        for run in reversed(
            [runs[each] for each in stage.instructions if each in runs]
        ):
            if wanted:
                found.add(run.instruction)
            wanted = bool(run.uses_before_update) or (wanted and not run.updates)
        base = build.evaluation.graph.bases[stage.index]
        if base is not None:
            reading[base.index] = wanted or reading.get(base.index, False)
    return found


def written_before(build: Build) -> dict[Instruction, AptRun]:
    """For each RUN the last one before it, here or in a base stage, that has written or removed the index.

    Behind one that has removed it and a RUN of other commands, such as a script, nothing is known.
    """
    return build.once(_written_before)


def _written_before(build: Build) -> dict[Instruction, AptRun]:
    runs = apt_runs(build)
    found: dict[Instruction, AptRun] = {}
    ends: dict[int, AptRun | None] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        last = ends.get(base.index) if base is not None else None
        for instruction in stage.instructions:
            run = runs.get(instruction)
            if run is not None and last is not None:
                found[instruction] = last
            if run is not None and (run.updates or run.removals) and not run.hidden:
                last = run
            elif (
                last is not None
                and last.drops_lists
                and instruction.keyword == "RUN"
                and others_of(build, instruction)
            ):
                last = None
        ends[stage.index] = last
    return found


def without_index(build: Build) -> set[Instruction]:
    """The RUN before which there is no index: its stage starts from an image without one, and nothing has written one.

    What another command than those known here does, such as a script, is not known; so nothing is known behind one.
    """
    found: set[Instruction] = set()
    ends: dict[int, bool] = {}
    for stage in build.dockerfile.stages:
        base = build.evaluation.graph.bases[stage.index]
        image = read_reference(build.evaluation.bases[stage.index].name)
        bare = (
            not isinstance(image, str)
            and image.official
            and image.name in _WITHOUT_INDEX
        )
        known = ends[base.index] if base is not None else bare
        for instruction in stage.instructions:
            if not known:
                break
            found.add(instruction)
            known = not _may_write(build, instruction)
        ends[stage.index] = known
    return found


def _may_write(build: Build, instruction: Instruction) -> bool:
    """Whether the instruction may write an index."""
    if instruction.keyword in ("COPY", "ADD"):
        target = instruction.args[-1].text.rstrip("/") if instruction.args else ""
        elsewhere = instruction.keyword == "ADD" or instruction.flag("from") is not None
        return (
            LISTS.startswith(target) and (elsewhere or bool(target)) and target != "."
        )
    if instruction.keyword != "RUN":
        return False
    commands = [
        command
        for script in build.scripts(instruction)
        for command in script.commands
        if command.words
    ]
    opaque = any(script.opaque for script in build.scripts(instruction))
    return opaque or any(map(_may_update, commands))


def _may_update(command: Command) -> bool:
    does = read_command(command)
    if does is not None and does.manager in APT:
        return does.action == "update"
    return does is None and not stands_aside(command)
