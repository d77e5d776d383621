"""Both versions, built and run in turn: A B A B.

So what changes on the machine meanwhile meets both alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from typing import Any, Self

from lightship.bench.materials import Material, edited
from lightship.bench.services.ready_services import ReadyServices
from lightship.bench.shape import inspected, shape_of
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.docker.leftovers import clean
from lightship.docker.proof_builds import build, builder_of
from lightship.docker.proof_containers import run
from lightship.errors import EngineError, FileError, ImageError
from lightship.image.digest import Digest
from lightship.inspection.compare_images import compare as compare_images
from lightship.inspection.gate import Gate, judge
from lightship.inspection.inspection import Outcome
from lightship.proof.journal import Journal
from lightship.proof.proof import (
    AFTER,
    Answer,
    ImageShape,
    Measured,
    MeasuredBuild,
    MeasurePlan,
    Ran,
    Running,
    VersionSource,
)
from lightship.proof.texts import mapped
from lightship.record import record

Say = Callable[[str], None]
# By the keys of versions
_Builds = dict[str, list[MeasuredBuild]]
_Runs = dict[str, list[Ran]]
REBUILDS = ("nothing", "edit", "dependency")
_WORKER = 5.0  # seconds that a worker must live in a later round
_LEAST_PATIENCE = 60.0  # seconds for a build, however small the budget


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


@record(eq=False)
class RunImages:
    """What a run has in the engine, and knows of it, by the keys of versions.

    `packed` are the bytes in gzip of layers: images of one base have most of them in common.
    `services` are what every run of an image is given.
    """

    images: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, ImageShape] = field(default_factory=dict)
    packed: dict[Digest, int] = field(default_factory=dict)
    services: ReadyServices = field(default_factory=ReadyServices)


def _as_it_is(text: str) -> str:
    return text


class Bench:
    """Measures versions under one run id, with one journal.

    What it makes is gone at the end of the `with`.

    `hide` takes secrets out of a text before it is kept or shown.
    """

    def __init__(
        self,
        run_id: str,
        asked: MeasurePlan,
        journal: Journal,
        say: Say,
        gate: Gate | None = None,
        hide: Callable[[str], str] = _as_it_is,
        made: RunImages | None = None,
    ) -> None:
        self.run_id = run_id
        self.asked = asked
        self.journal = journal
        self.say = say
        self._gate = gate
        self._hide = hide
        self.outcomes: tuple[Outcome, ...] = ()  # of the version after
        # Bytes of the version that was looked at before
        self._content: int | None = None
        self._made = made or RunImages()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(EngineError):  # gone: then there is nothing that could be cleaned
            clean(self.run_id, builder_of(self.asked.options))

    @property
    def services(self) -> ReadyServices:
        """What every run of an image is given."""
        return self._made.services

    def _like(self, **changes: Any) -> Bench:
        asked = replace(self.asked, **changes)
        return Bench(
            self.run_id,
            asked,
            self.journal,
            self.say,
            hide=self._hide,
            made=self._made,
        )

    def rounds(self, number: int) -> Bench:
        """The same with this number of rounds; nothing is measured twice."""
        return self._like(runs=number)

    def warm(self, patience: float) -> Bench:
        """The same with one round on what the cache has, and of rebuilds those after an edit."""
        least = max(patience, _LEAST_PATIENCE)
        return self._like(
            runs=1,
            cold=False,
            scenarios=("edit", "dependency"),
            patience=min(least, self.asked.patience),
        )

    def tag(self, version: Version) -> str:
        return f"lightship-proof/{self.run_id}:{version.key}"

    def both(self, before: Version, after: Version) -> tuple[Measured, Measured]:
        """All requested measurements of both versions, in turn."""
        versions = (before, after)
        builds: _Builds = {version.key: [] for version in versions}
        runs: _Runs = {version.key: [] for version in versions}
        for number in range(self.asked.runs):
            for version in versions:
                builds[version.key] += self._builds(version, number)

        built = [version for version in versions if not _fails(builds[version.key])]
        for version in built:
            builds[version.key] += self._commits(version)
        # A version whose commits do not all build is not run
        runnable = [version for version in built if not _fails(builds[version.key])]
        if self.asked.running is not None:
            self._run_all(runnable, runs)

        is_single = self.asked.runs == 1
        if is_single and _says_otherwise(runs[before.key], runs[after.key]):
            for version in versions:
                runs[version.key].append(self._run(version, 1))
        old = self._measured(before, builds, runs)
        new = self._measured(after, builds, runs)
        return old, new

    def _run_all(self, versions: Sequence[Version], runs: _Runs) -> None:
        for number in range(self.asked.runs):
            for version in versions:
                ran = self._run(version, number)
                runs[version.key].append(ran)

    def _builds(self, version: Version, number: int) -> list[MeasuredBuild]:
        """One round: cold, then the rebuilds."""
        is_cold = self.asked.cold
        scenario = "cold" if is_cold else "warm"
        first = self._build(version, scenario, number, fresh=is_cold)
        if first.error:
            return [first]
        return [first, *self._rebuilds(version, number)]

    def _rebuilds(self, version: Version, number: int) -> Iterator[MeasuredBuild]:
        """Those of the scenarios that are asked for and known how to make."""
        edits = {"edit": self.asked.edit, "dependency": self.asked.dependency}
        for scenario in REBUILDS:
            path = edits.get(scenario, "")
            is_possible = scenario == "nothing" or bool(path)
            if not is_possible or scenario not in self.asked.scenarios:
                continue
            if not self._is_known(version, scenario, number):
                # Of a proof that goes on: its cold build, with its cache, is gone
                self.image(version)
            try:
                undo = self._edit(version, path, number)
            except FileError:
                continue  # this version does not take the file
            try:
                yield self._build(version, scenario, number)
            finally:
                undo()

    def _edit(self, version: Version, path: str, number: int) -> Callable[[], None]:
        """Change a file of a version, none where `path` is empty; gives what takes that back."""
        if not path:
            return lambda: None
        mark = f"{self.run_id} {version.key} {number}"
        return edited(version.material.source, path, mark)

    def _is_known(self, version: Version, scenario: str, number: int) -> bool:
        key = _key(version, scenario, number)
        return self.journal.known(key) is not None

    def _commits(self, version: Version) -> list[MeasuredBuild]:
        """The last commits, each on the cache of the one before.

        The first of them fills it, and does not count.
        """
        builds: list[MeasuredBuild] = []
        for number, source in enumerate(version.commits):
            made = self._build(version, "commits", number, source=source)
            builds.append(made)
        return builds[1:]

    def _build(
        self,
        version: Version,
        scenario: str,
        number: int,
        *,
        fresh: bool = False,
        source: VersionSource | None = None,
    ) -> MeasuredBuild:
        key = _key(version, scenario, number)
        known = self.journal.known(key)
        if isinstance(known, MeasuredBuild):
            return known

        rounds = len(version.commits) if source is not None else self.asked.runs
        self.say(f"{version.name}: {scenario}, {number + 1} of {rounds}")
        is_first = scenario in ("cold", "warm")
        tag = self.tag(version)
        if not is_first:
            tag += f"-{scenario}"
        with self._discreet():
            made = build(
                source or version.material.source,
                scenario,
                tag,
                self.asked,
                self.run_id,
                fresh,
            )

        if is_first and made.image:
            self._made.images[version.key] = made.image
        failed = "failed after " if made.error else ""
        self.say(f"  {failed}{made.seconds:.1f} s")
        return self.journal.keep(key, mapped(made, self._hide))

    def image(self, version: Version) -> str:
        """The image of a version; built again if it is gone."""
        images = self._made.images
        if version.key not in images:
            images[version.key] = self._built_again(version)
        return images[version.key]

    def _built_again(self, version: Version) -> str:
        source = version.material.source
        tag = self.tag(version)
        with self._discreet():
            made = build(source, "cold", tag, self.asked, self.run_id, fresh=False)
            if made.error:
                why = f"no longer builds: {made.error}"
                raise EngineError(f"{version.name} {why}")
        return made.image

    @contextmanager
    def _discreet(self) -> Iterator[None]:
        """An error of the engine says what a build printed, and a build may print secrets."""
        try:
            yield
        except EngineError as error:
            raise EngineError(self._hide(str(error))) from None

    def _run(self, version: Version, number: int) -> Ran:
        key = _key(version, "run", number)
        known = self.journal.known(key)
        if isinstance(known, Ran):
            return known

        rounds = max(self.asked.runs, number + 1)
        self.say(f"{version.name}: run, round {number + 1} of {rounds}")
        with self._discreet():
            image = self.image(version)
            running = self._running(version)
            ran = run(image, running, self.run_id, self.services.plan)
        return self.journal.keep(key, mapped(ran, self._hide))

    def _running(self, version: Version) -> Running:
        """How a version is run: a worker, which never ends, is not waited for a second time.

        Nor is what runs on after its first answer.
        """
        running = self.asked.running
        assert running is not None
        first = self.journal.known(_key(version, "run", 0))
        if isinstance(first, Ran):
            running = replace(running, settle=0.0)
        if isinstance(first, Ran) and first.lives:
            return replace(running, patience=min(running.patience, _WORKER))
        return running

    def _measured(self, version: Version, builds: _Builds, runs: _Runs) -> Measured:
        own = builds[version.key]
        reproduced, differences = self._reproduced(version, own)
        shape = None if _fails(own) else self.shape(version)
        return Measured(
            version.name,
            tuple(own),
            tuple(runs[version.key]),
            shape,
            version.material.files,
            version.material.bytes,
            reproduced,
            differences,
            version.build.dockerfile.text,
            version.material.work,
        )

    def _reproduced(
        self,
        version: Version,
        builds: Sequence[MeasuredBuild],
    ) -> tuple[bool | None, tuple[str, ...]]:
        """Whether all cold builds gave one image, and why not; None where there was only one."""
        cold = [build.image for build in builds if build.scenario == "cold"]
        images = list(filter(None, cold))
        if len(images) < 2:
            return None, ()
        if len(set(images)) == 1:
            return True, ()
        differences = self._differences(version, images[0], images[-1])
        return False, differences

    def shape(self, version: Version) -> ImageShape:
        """What is in its image; looked at once."""
        known = self._made.shapes.get(version.key)
        if known is not None:
            return known

        self.say(f"{version.name}: reading the image")
        with inspected(self.image(version), version.build) as inspection:
            if version.key == AFTER and self._gate is not None:
                self.outcomes = judge(inspection, self._gate, self._content)
            self._content = inspection.contents.content_bytes
            shape = mapped(shape_of(inspection, self._made.packed), self._hide)
        self._made.shapes[version.key] = shape
        return shape

    def _differences(self, version: Version, first: str, last: str) -> tuple[str, ...]:
        """Why two builds of the same are not one image, as far as both are still there."""
        try:
            with (
                inspected(first, version.build) as before,
                inspected(last, version.build) as after,
            ):
                reason = compare_images(before, after).first_reason
        except (ImageError, EngineError):
            return ("the first of the two images is gone",)
        return (reason,) if reason else ()


def _key(version: Version, what: str, number: int) -> str:
    """What the journal calls a measurement."""
    return f"{version.key} {what} {number}"


def _fails(builds: Sequence[MeasuredBuild]) -> bool:
    return any(build.error for build in builds)


def _says_otherwise(before: Sequence[Ran], after: Sequence[Ran]) -> bool:
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
