"""`Stages`: the last step of each stage while a plan is made, and what COPY --from and mounts
read from.
"""

from __future__ import annotations

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.cache.plan.plan import After, BaseImage, Output, Planned
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.arguments import PLATFORM
from lightship.evaluation.dispatch import Step
from lightship.evaluation.platforms import Platform
from lightship.evaluation.stages import SCRATCH, StageSource

_Place = tuple[int, int]  # the number of a stage, and the id of an instruction in it


class Stages:
    """Grows with the plan; a stage that another one starts from or reads is complete by then."""

    def __init__(self, build: Build) -> None:
        evaluation = build.evaluation
        self._graph = evaluation.graph
        self._last: dict[int, After] = {}
        self._sources: dict[_Place, list[StageSource]] = {}
        for stage in build.dockerfile.stages:
            number = stage.index
            base = evaluation.bases[number]
            platform = base.platform or PLATFORM
            line = stage.from_.first_line
            image = _image(base.name, platform, line)
            self._last[number] = image
            self._keep_sources(stage)

    def _keep_sources(self, stage: Stage) -> None:
        number = stage.index
        sources = self._graph.sources[number]
        for source in sources:
            place = _place(number, source.instruction)
            of_place = self._sources.setdefault(place, [])
            of_place.append(source)

    def start(self, stage: Stage) -> None:
        """A stage begins: upon the last step of the stage that it starts from, if it does."""
        number = stage.index
        parent = self._graph.bases[number]
        if parent is not None:
            self._last[number] = self.last(parent)

    def last(self, stage: Stage) -> After:
        """The last step so far; before any, what the stage starts from."""
        return self._last[stage.index]

    def add(self, stage: Stage, step: Planned) -> None:
        self._last[stage.index] = step

    def sources(self, step: Step) -> list[StageSource]:
        """What the flags of a step read from: `--from`, or each `--mount`."""
        place = _place(step.stage.index, step.instruction)
        return self._sources.get(place, [])

    def output(self, source: StageSource, path: str) -> Output:
        """Files of the stage or image that a source names."""
        name = source.name
        if source.stage is not None:
            last = self.last(source.stage)
            return Output(name, last, path)

        line = source.place.first_line
        base = _image(name, PLATFORM, line)
        return Output(name, base, path)


def _place(stage: int, instruction: Instruction) -> _Place:
    return stage, id(instruction)


def _image(name: str, platform: Platform, line: int) -> BaseImage:
    image = canonical(name)
    return BaseImage(image, str(platform), line)


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
