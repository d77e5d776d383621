"""COPY --from of another stage: which path goes where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction, Stage, Word
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import clean, in_workdir
from lightship.record import record


@record(eq=False)
class StageCopy:
    """One source of a COPY --from that names a stage, and where its content goes.

    Paths are those of the two images. `word` is the source as it stands in the Dockerfile. `into`
    is whether the destination is surely a directory: a file goes into it by its name, a
    directory's content in any case.
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
    origins = _origins(build)
    copies: list[StageCopy] = []
    for copying in build.copyings("COPY"):
        origin = origins.get(copying.instruction)
        if origin is not None and not copying.instruction.flag("parents"):
            copies += _sources(copying, origin)
    return tuple(copies)


def _origins(build: Build) -> dict[Instruction, Stage]:
    """The stage that each instruction reads from.

    A stage whose name the build gives to an additional context is only there for builds that give
    none: BuildKit then reads from the context (`--build-context`, `additional_contexts`).
    """
    origins: dict[Instruction, Stage] = {}
    for sources in build.evaluation.graph.sources:
        for source in sources:
            if source.stage is not None and source.stage.name not in build.contexts:
                origins[source.instruction] = source.stage
    return origins


def _sources(copying: Copying, origin: Stage) -> Iterator[StageCopy]:
    """The sources of one COPY; of a pattern it is not known what it stands for."""
    step = copying.step
    before = copying.before
    target = copying.destination.value
    if step is None or before is None or target is None:
        return

    destination = in_workdir(before.workdir, target)
    into = target == "." or target.endswith(("/", "/."))
    if len(copying.sources) > 1:
        into = True

    for operand in copying.sources:
        if operand.value is None:
            continue
        if has_wildcards(operand.value):
            continue
        source = clean(f"/{operand.value}")
        yield StageCopy(
            copying,
            operand.word,
            source,
            destination,
            into,
            stage=step.stage,
            origin=origin,
        )
