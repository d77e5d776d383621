"""`Stages`: the last step of each stage while a plan is made, and what COPY --from and mounts
read from.
"""

from __future__ import annotations

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.cache.plan.plan import After, BaseImage, Output, Planned
from lightship.dockerfile.tree import Stage
from lightship.evaluation.arguments import PLATFORM
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH, StageSource


class Stages:
    """Grows with the plan; a stage that another one starts from or reads is complete by then."""

    def __init__(self, build: Build) -> None:
        evaluation = build.evaluation
        self._graph = evaluation.graph
        self._last: dict[int, After] = {}
        # By the number of a stage and the id of an instruction
        self._sources: dict[tuple[int, int], list[StageSource]] = {}
        for stage in build.dockerfile.stages:
            base = evaluation.bases[stage.index]
            image = canonical(base.name)
            platform = str(base.platform or PLATFORM)
            line = stage.from_.first_line
            self._last[stage.index] = BaseImage(image, platform, line)
            self._keep_sources(stage)

    def _keep_sources(self, stage: Stage) -> None:
        for source in self._graph.sources[stage.index]:
            key = (stage.index, id(source.instruction))
            sources = self._sources.setdefault(key, [])
            sources.append(source)

    def start(self, stage: Stage) -> None:
        """A stage begins: upon the last step of the stage that it starts from, if it does."""
        parent = self._graph.bases[stage.index]
        if parent is None:
            return
        last = self._last[parent.index]
        self._last[stage.index] = last

    def last(self, stage: Stage) -> After:
        """The last step so far; before any, what the stage starts from."""
        return self._last[stage.index]

    def add(self, stage: Stage, step: Planned) -> None:
        self._last[stage.index] = step

    def sources(self, step: Step) -> list[StageSource]:
        """What the flags of a step read from: `--from`, or each `--mount`."""
        key = (step.stage.index, id(step.instruction))
        return self._sources.get(key, [])

    def output(self, source: StageSource, path: str) -> Output:
        """Files of the stage or image that a source names."""
        if source.stage is not None:
            last = self._last[source.stage.index]
            return Output(source.name, last, path)

        image = canonical(source.name)
        platform = str(PLATFORM)
        line = source.place.first_line
        base = BaseImage(image, platform, line)
        return Output(source.name, base, path)


def canonical(name: str) -> str:
    """An image's name spelled out; empty for scratch.

    `python` and `docker.io/library/python:latest` are the same.
    """
    if name == SCRATCH:
        return ""
    reference = read_reference(name)
    if isinstance(reference, str):
        return name

    image = f"{reference.domain}/{reference.path}"
    if reference.digest:
        return f"{image}@{reference.digest}"
    tag = reference.tag or "latest"
    return f"{image}:{tag}"
