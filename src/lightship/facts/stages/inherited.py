"""What holds for a stage because it holds for the stage, or for one that it starts from."""

from __future__ import annotations

from collections.abc import Callable

from lightship.build import Build
from lightship.dockerfile.tree import Stage


def inheriting(build: Build, holds: Callable[[Stage], bool]) -> frozenset[int]:
    """The indices of the stages for which `holds` is true, and of those that start from them.

    Each stage is asked once, however long the line of base stages is.
    """
    stages: set[int] = set()
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        is_inherited = base is not None and base.index in stages
        if is_inherited or holds(stage):
            stages.add(stage.index)
    return frozenset(stages)
