"""COPY --from of another stage: which path goes where."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction, Stage, Word
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import clean, join_workdir
from lightship.evaluation.stages import StageSource
from lightship.record import record


@record(eq=False)
class StageCopy:
    """One source of a COPY --from that names a stage, and where its content goes; paths are those of the two images.

    `word` is the source as it stands in the Dockerfile. `into` is whether the destination is surely a directory: a
    file goes into it by its name, a directory's content in any case.
    """

    copying: Copying
    word: Word
    source: str
    destination: str
    into: bool
    stage: Stage
    origin: Stage


def stage_copies(build: Build) -> Sequence[StageCopy]:
    """Each source of COPY --from whose stage and paths are known, in order."""
    return build.once(_stage_copies)


def _stage_copies(build: Build) -> Sequence[StageCopy]:
    if "--from=" not in build.dockerfile.text:
        return ()
    sources: dict[Instruction, StageSource] = {
        source.instruction: source
        for of_stage in build.evaluation.graph.sources
        for source in of_stage
    }
    found: list[StageCopy] = []
    for copying in build.copyings("COPY"):
        source = sources.get(copying.instruction)
        if (
            source is not None
            and source.stage is not None
            and not copying.instruction.flag("parents")
        ):
            found += _of(copying, source.stage)
    return tuple(found)


def _of(copying: Copying, origin: Stage) -> list[StageCopy]:
    target = copying.destination.value
    if target is None or copying.before is None or copying.step is None:
        return []
    root = clean(join_workdir(copying.before.workdir, target).path)
    into = len(copying.sources) > 1 or target.endswith(("/", "/.")) or target == "."
    return [
        StageCopy(
            copying,
            operand.word,
            clean(f"/{operand.value}"),
            root,
            into,
            copying.step.stage,
            origin,
        )
        for operand in copying.sources
        if operand.value is not None and not has_wildcards(operand.value)
    ]
