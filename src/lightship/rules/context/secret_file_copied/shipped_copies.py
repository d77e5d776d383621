"""Whether the final image has what a COPY takes."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import and_above, in_workdir
from lightship.evaluation.stages import reachable
from lightship.facts.copies.stage_copies import stage_copies


def is_shipped(build: Build, copying: Copying) -> bool:
    """Whether the final image has what is copied."""
    return copying.instruction in build.shipped or _is_handed_on(build, copying)


def is_built(build: Build, copying: Copying) -> bool:
    """Whether the image needs the stage of a COPY: no other one is built."""
    stage = build.dockerfile.stage_of(copying.instruction)
    return stage is None or stage.index in build.once(_built_stages)


def _built_stages(build: Build) -> frozenset[int]:
    """The numbers of the stages that the image needs."""
    final = build.final
    if final is None:
        return frozenset()
    return reachable(build.evaluation.graph, [final])


def _is_handed_on(build: Build, copying: Copying) -> bool:
    """Whether the final image takes the directory that the files were copied to."""
    target = copying.destination.value
    before = copying.before
    if target is None or before is None:
        return False

    stage = build.dockerfile.stage_of(copying.instruction)
    if stage is None:
        return False

    handed_on = build.once(_handed_on)
    place = in_workdir(before.workdir, target)
    taken = {path for number, path in handed_on if number == stage.index}
    return not taken.isdisjoint(and_above(place))


def _handed_on(build: Build) -> frozenset[tuple[int, str]]:
    """What the final image takes: a path, and the number of each stage that it may be from."""
    paths: set[tuple[int, str]] = set()
    for copy in stage_copies(build):
        if copy.copying.instruction in build.shipped:
            stages = build.lineage_of(copy.origin)
            paths.update((stage.index, copy.source) for stage in stages)
    return frozenset(paths)
