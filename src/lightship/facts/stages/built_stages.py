"""The stages that a build comes to: the target and what it needs."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.stages import reachable


def built_stage(build: Build, instruction: Instruction) -> Stage | None:
    """The stage in which an instruction is carried out.

    None where the build does not come to it, and in ONBUILD, which runs elsewhere.
    """
    if instruction.trigger is not None:
        return None
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return None
    built = built_indices(build)
    if stage.index in built:
        return stage
    return None


def built_indices(build: Build) -> frozenset[int]:
    """The indices of the stages that the build comes to."""
    return build.once(_built)


def _built(build: Build) -> frozenset[int]:
    target = build.final
    if target is None:
        return frozenset()
    graph = build.evaluation.graph
    return reachable(graph, [target])
