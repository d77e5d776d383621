"""Both versions, built and run in turn: A B A B.

So what changes on the machine meanwhile meets both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Self

from lightship.bench.further_rounds import further_rounds
from lightship.bench.measurements import EDITS, Measurements, Say
from lightship.bench.remaining_work import READING
from lightship.bench.services.ready_services import ReadyServices
from lightship.bench.shape import inspected, shape_of
from lightship.bench.shared_work import is_same_build, is_same_rebuild
from lightship.bench.version import (
    Builds,
    RunImages,
    Runs,
    Version,
    fails,
    in_turn,
    key_of,
    says_otherwise,
)
from lightship.docker.build_records import forget_records
from lightship.docker.leftovers import clean
from lightship.docker.proof_builds import builder_of
from lightship.errors import EngineError, ImageError
from lightship.inspection.compare_images import compare as compare_images
from lightship.inspection.gate import Gate, judge
from lightship.inspection.inspection import Outcome
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import AFTER, MeasurePlan
from lightship.proof.measured import ImageShape, Measured, MeasuredBuild
from lightship.proof.texts import mapped

# How many times as long as the first rounds all further ones may take
_FURTHER = 1.0


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
        # What was measured in further rounds, and why no more
        self.rounds_taken: tuple[str, ...] = ()
        # Bytes of the version that was looked at before
        self._content: int | None = None
        self._made = made or RunImages()
        self._single = Measurements(run_id, asked, journal, say, hide, self._made)
        # Of a search: seconds of all further rounds, and layers are not compressed
        self.further: float | None = None
        self.is_trial = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        builder = builder_of(self.asked.options)
        with suppress(EngineError):  # gone: then there is nothing that could be cleaned
            clean(self.run_id, builder)
            forget_records(self._made.built, builder)

    @property
    def services(self) -> ReadyServices:
        """What every run of an image is given."""
        return self._made.services

    def _by(self, plan: MeasurePlan) -> Bench:
        """The same by another plan."""
        return Bench(
            self.run_id,
            plan,
            self.journal,
            self.say,
            hide=self._hide,
            made=self._made,
        )

    def rounds(self, number: int) -> Bench:
        """The same with this number of rounds; nothing is measured twice."""
        return self._by(replace(self.asked, runs=number, most=0))

    def once(self) -> Bench:
        """The same with one round, and of rebuilds those after an edit.

        What a build from nothing has in common with one before it is not built again.
        """
        plan = replace(self.asked, runs=1, most=0, scenarios=EDITS)
        bench = self._by(plan)
        bench.share_steps()
        return bench

    def share_steps(self) -> None:
        """Take what a build from nothing has in common with one before it from the cache."""
        self._single.shares = True

    def trial(self, plan: MeasurePlan, further: float) -> Bench:
        """The same for versions of a search, by a plan of its own.

        Further rounds take `further` seconds at most. What was measured already is known.
        """
        bench = self._by(plan)
        bench.further = further
        bench.is_trial = True
        return bench

    def plan(self, versions: Sequence[Version], parts: Sequence[Version]) -> None:
        """Say what is to come: both versions, and each part of the change once."""
        sides = [version.key for version in versions]
        others = dict.fromkeys(part.key for part in parts if part.key not in sides)
        progress = self._made.progress
        progress.plan(self.asked, sides, tuple(others))
        for version in dict.fromkeys((*versions, *parts)):
            asked = self.asked
            if is_same_rebuild(version.side, asked.edit, asked.dependency):
                for number in range(asked.runs):
                    progress.skip(key_of(version, "dependency", number))

    def both(self, before: Version, after: Version) -> tuple[Measured, Measured]:
        """All requested measurements of both versions, in turn: A B, B A, A B."""
        versions = (before, after)
        start = time.monotonic()
        builds: Builds = {version.key: [] for version in versions}
        runs: Runs = {version.key: [] for version in versions}
        for number in range(self.asked.runs):
            for version in in_turn(versions, number):
                builds[version.key] += self._round(version, number, versions, builds)

        built = [version for version in versions if not fails(builds[version.key])]
        for version in built:
            builds[version.key] += self._single.commits(version)
        # A version whose commits do not all build is not run
        runnable = [version for version in built if not fails(builds[version.key])]
        if self.asked.running is not None:
            self._run_all(runnable, runs)

        is_single = self.asked.runs == 1
        if is_single and says_otherwise(runs[before.key], runs[after.key]):
            for version in versions:
                runs[version.key].append(self._single.run(version, 1))
        is_whole = len(runnable) == len(versions)
        if self.asked.most > self.asked.runs and is_whole:
            allowed = self.further
            if allowed is None:
                allowed = _FURTHER * (time.monotonic() - start)
            self._take_further(versions, builds, runs, allowed)
        old = self._measured(before, builds, runs)
        new = self._measured(after, builds, runs)
        return self._with_shape(before, old), self._with_shape(after, new)

    def _round(
        self,
        version: Version,
        number: int,
        versions: tuple[Version, Version],
        builds: Builds,
    ) -> list[MeasuredBuild]:
        """One round of builds; where both versions make a builder do the same, it is made once.

        With a number of rounds that the user gives, each is made.
        """
        first = versions[0]
        is_open = version is not first and not self._single.has(version, "cold", 0)
        is_single = self.asked.runs == 1 and self.asked.cold
        if is_open and is_single and is_same_build(first, version):
            return self._single.like(version, builds[first.key])
        return self._single.round(version, number)

    def alone(self, version: Version) -> Measured:
        """All requested measurements of one version; `both` knows them then."""
        builds: Builds = {version.key: []}
        runs: Runs = {version.key: []}
        for number in range(self.asked.runs):
            builds[version.key] += self._single.round(version, number)
        if self.asked.running is not None and not fails(builds[version.key]):
            self._run_all([version], runs)
        measured = self._measured(version, builds, runs)
        return self._with_shape(version, measured)

    def _take_further(
        self,
        versions: tuple[Version, Version],
        builds: Builds,
        runs: Runs,
        seconds: float,
    ) -> None:
        """Rounds of single figures, where their difference is near their noise."""

        def taken() -> tuple[Measured, Measured]:
            before, after = versions
            old = self._measured(before, builds, runs)
            return old, self._measured(after, builds, runs)

        def again(what: str) -> bool:
            if what == "run":
                number = len(runs[versions[0].key])
                for version in in_turn(versions, number):
                    runs[version.key].append(self._single.run(version, number))
                return not any(runs[version.key][-1].error for version in versions)
            return all(self._build_again(version, what, builds) for version in versions)

        self.rounds_taken = further_rounds(self.asked.most, seconds, taken, again)

    def _build_again(self, version: Version, scenario: str, builds: Builds) -> bool:
        """One more build of a scenario; whether it succeeded."""
        own = builds[version.key]
        number = sum(made.scenario == scenario for made in own)
        if scenario == "cold":
            own.append(self._single.build(version, scenario, number, fresh=True))
        else:
            own += self._single.rebuilds(version, number, (scenario,))
        return not own[-1].error

    def _run_all(self, versions: Sequence[Version], runs: Runs) -> None:
        for number in range(self.asked.runs):
            for version in in_turn(versions, number):
                ran = self._single.run(version, number)
                runs[version.key].append(ran)

    def _measured(self, version: Version, builds: Builds, runs: Runs) -> Measured:
        """All that takes time; nothing of what is in the image."""
        return Measured(
            version.name,
            tuple(builds[version.key]),
            tuple(runs[version.key]),
            context_files=version.material.files,
            context_bytes=version.material.bytes,
            dockerfile=version.build.dockerfile.text,
            work=version.material.work,
        )

    def _with_shape(self, version: Version, measured: Measured) -> Measured:
        """With what its image says of itself."""
        own = measured.builds
        reproduced, differences = self._reproduced(version, own)
        return replace(
            measured,
            shape=None if fails(own) else self.shape(version),
            reproduced=reproduced,
            differences=differences,
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

        before = self._made.progress.begin(key_of(version, READING, 0))
        self.say(f"{before}{version.name}: reading the image")
        start = time.monotonic()
        with inspected(self._single.image(version), version.build) as inspection:
            if version.key == AFTER and self._gate is not None:
                self.outcomes = judge(inspection, self._gate, self._content)
            self._content = inspection.contents.content_bytes
            packed = None if self.is_trial else self._made.packed
            shape = mapped(shape_of(inspection, packed), self._hide)
        self._made.shapes[version.key] = shape
        self._made.progress.end(READING, time.monotonic() - start)
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
