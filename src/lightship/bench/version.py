"""A version that is measured, and what a run has of it in the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TypeVar

from lightship.bench.materials import Material
from lightship.bench.remaining_work import RemainingWork
from lightship.bench.services.ready_services import ReadyServices
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.docker.build_records import Window
from lightship.image.digest import Digest
from lightship.proof.measure_plan import VersionSource
from lightship.proof.measured import Answer, ImageShape, MeasuredBuild, Ran
from lightship.record import record

_T = TypeVar("_T")


@record(eq=False)
class Version:
    """One of the versions: its Side, and what was written of it."""

    key: str  # before, after, or the name of one change
    side: Side
    material: Material
    # The last commits with this version's Dockerfile, oldest first
    commits: tuple[VersionSource, ...] = ()

    @property
    def build(self) -> Build:
        return self.side.build

    @property
    def name(self) -> str:
        return self.material.source.name


@record(eq=False, frozen=False)
class RunImages:
    """What a run has in the engine, and knows of it, by the keys of versions.

    `packed` are the bytes in gzip of layers: images of one base have most of them in common.
    `steps` are the seconds of steps in builds from nothing, by their instructions, and
    `side_by_side` tells that some run at the same time, so that they do not add up. `services` are
    what every run of an image is given, `progress` how far the run has come; `built` are the times
    in which it built.
    """

    images: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, ImageShape] = field(default_factory=dict)
    packed: dict[Digest, int] = field(default_factory=dict)
    services: ReadyServices = field(default_factory=ReadyServices)
    progress: RemainingWork = field(default_factory=RemainingWork)
    built: list[Window] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)
    side_by_side: bool = False


def in_turn(versions: Sequence[_T], number: int) -> Sequence[_T]:
    """The other way round in every second round: what comes first gains nothing by it."""
    return versions[::-1] if number % 2 else versions


def key_of(version: Version, what: str, number: int) -> str:
    """What the journal calls a measurement."""
    return f"{version.key} {what} {number}"


def fails(builds: Sequence[MeasuredBuild]) -> bool:
    """Whether one of them failed."""
    return any(build.error for build in builds)


def says_otherwise(before: Sequence[Ran], after: Sequence[Ran]) -> bool:
    """Whether an answer has the same status and another text.

    A second round shows whether that varies by itself.
    """
    if not before or not after:
        return False
    old_answers = before[0].answers
    new_answers = after[0].answers
    return any(map(_has_other_text, old_answers, new_answers))


def _has_other_text(old: Answer, new: Answer) -> bool:
    return old.status == new.status and old.text != new.text
