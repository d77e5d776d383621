"""The stages that a build of a target runs."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import reachable


def built_stages(build: Build) -> tuple[Stage, ...]:
    """The stages that the target needs, in order."""
    if build.final is None:
        return ()
    needed = reachable(build.evaluation.graph, [build.final])
    return tuple(item for item in build.dockerfile.stages if item.index in needed)
