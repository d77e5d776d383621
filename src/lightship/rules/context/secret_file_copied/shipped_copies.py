"""Whether the final image has what a COPY takes."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import and_above, in_workdir
from lightship.evaluation.stages import reachable
from lightship.facts.copies.stage_copies import stage_copies

_Paths = dict[int, set[str]]  # by the number of a stage


def is_shipped(build: Build, copying: Copying) -> bool:
    """Whether the final image has what is copied."""
    if copying.instruction in build.shipped:
        return True
    return _is_handed_on(build, copying)


def is_built(build: Build, copying: Copying) -> bool:
    """Whether the image needs the stage of a COPY: no other one is built."""
    stage = build.dockerfile.stage_of(copying.instruction)
    if stage is None:
        return True
    return stage.index in build.once(_built_stages)


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
    stage = build.dockerfile.stage_of(copying.instruction)
    if target is None or before is None or stage is None:
        return False

    taken = build.once(_handed_on).get(stage.index, set())
    place = in_workdir(before.workdir, target)
    return not taken.isdisjoint(and_above(place))


def _handed_on(build: Build) -> _Paths:
    """What the final image takes of each stage that it may be from."""
    paths: _Paths = {}
    for copy in stage_copies(build):
        if copy.copying.instruction not in build.shipped:
            continue
        for stage in build.lineage_of(copy.origin):
            own = paths.setdefault(stage.index, set())
            own.add(copy.source)
    return paths
