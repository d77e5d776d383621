"""The stages that a build of a target runs."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.stages.built_stages import built_indices


def built_stages(build: Build) -> tuple[Stage, ...]:
    """The stages that the target needs, in order."""
    needed = built_indices(build)
    stages = build.dockerfile.stages
    return tuple(stage for stage in stages if stage.index in needed)


def built_instructions(build: Build) -> list[Instruction]:
    """The instructions of these stages, in order."""
    instructions: list[Instruction] = []
    for stage in built_stages(build):
        instructions += stage.instructions
    return instructions
