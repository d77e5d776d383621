"""`Stages`: the last step of each stage while a plan is made, and what COPY --from and mounts
read from.
"""

from __future__ import annotations

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.cache.plan.plan import BaseImage, Output, Planned
from lightship.dockerfile.tree import Stage
from lightship.evaluation.arguments import PLATFORM
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import SCRATCH, StageSource


class Stages:
    """Grows with the plan; a stage that another one starts from or reads is complete by then."""

    def __init__(self, build: Build) -> None:
        self._graph = build.evaluation.graph
        self._last: dict[int, Planned | BaseImage] = {}
        self._sources: dict[tuple[int, int], list[StageSource]] = {}
        for stage in build.dockerfile.stages:
            base = build.evaluation.bases[stage.index]
            self._last[stage.index] = BaseImage(
                canonical(base.name),
                str(base.platform or PLATFORM),
                stage.from_.first_line,
            )
            for source in self._graph.sources[stage.index]:
                self._sources.setdefault(
                    (stage.index, id(source.instruction)), []
                ).append(source)

    def start(self, stage: Stage) -> None:
        """A stage begins: upon the last step of the stage that it starts from, if it does."""
        parent = self._graph.bases[stage.index]
        if parent is not None:
            self._last[stage.index] = self._last[parent.index]

    def last(self, stage: Stage) -> Planned | BaseImage:
        """The last step so far; before any, what the stage starts from."""
        return self._last[stage.index]

    def add(self, stage: Stage, step: Planned) -> None:
        self._last[stage.index] = step

    def sources(self, step: Step) -> list[StageSource]:
        """What the flags of a step read from: `--from`, or each `--mount`."""
        return self._sources.get((step.stage.index, id(step.instruction)), [])

    def output(self, source: StageSource, path: str) -> Output:
        """Files of the stage or image that a source names."""
        if source.stage is not None:
            return Output(source.name, self._last[source.stage.index], path)
        return Output(
            source.name,
            BaseImage(canonical(source.name), str(PLATFORM), source.place.first_line),
            path,
        )


def canonical(name: str) -> str:
    """An image's name spelled out: `python` and `docker.io/library/python:latest` are the same.

    Empty for scratch.
    """
    reference = read_reference(name)
    if name == SCRATCH or isinstance(reference, str):
        return "" if name == SCRATCH else name
    digest = (
        f"@{reference.digest}" if reference.digest else f":{reference.tag or 'latest'}"
    )
    return f"{reference.domain}/{reference.path}{digest}"
