"""Both versions, built and run in turn: A B A B.

So what changes on the machine meanwhile meets both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Self

from lightship.bench.further_rounds import further_rounds
from lightship.bench.materials import edited
from lightship.bench.remaining_work import READING, RUN
from lightship.bench.services.ready_services import ReadyServices
from lightship.bench.shape import inspected, shape_of
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
from lightship.docker.proof_builds import build, builder_of
from lightship.docker.proof_containers import run
from lightship.errors import EngineError, FileError, ImageError
from lightship.inspection.compare_images import compare as compare_images
from lightship.inspection.gate import Gate, judge
from lightship.inspection.inspection import Outcome
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import AFTER, MeasurePlan, Running, VersionSource
from lightship.proof.measured import ImageShape, Measured, MeasuredBuild, Ran
from lightship.proof.texts import mapped
from lightship.wording.durations import duration

Say = Callable[[str], None]
_EDITS = ("edit", "dependency")
REBUILDS = ("nothing", *_EDITS)
_WORKER = 5.0  # seconds that a worker must live in a later round
# How many times as long as the first rounds all further ones may take
_FURTHER = 4.0


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
        return self._like(runs=number, most=0)

    def once(self) -> Bench:
        """The same with one round, and of rebuilds those after an edit."""
        return self._like(runs=1, most=0, scenarios=_EDITS)

    def trial(self, plan: MeasurePlan, further: float) -> Bench:
        """The same for versions of a search, by a plan of its own.

        Further rounds take `further` seconds at most. What was measured already is known.
        """
        bench = self._like()
        bench.asked = plan
        bench.further = further
        bench.is_trial = True
        return bench

    def plan(self, versions: Sequence[Version], parts: Sequence[Version]) -> None:
        """Say what is to come: both versions, and each part of the change once."""
        sides = [version.key for version in versions]
        others = dict.fromkeys(part.key for part in parts if part.key not in sides)
        self._made.progress.plan(self.asked, sides, tuple(others))

    def tag(self, version: Version) -> str:
        return f"lightship-proof/{self.run_id}:{version.key}"

    def both(self, before: Version, after: Version) -> tuple[Measured, Measured]:
        """All requested measurements of both versions, in turn: A B, B A, A B."""
        versions = (before, after)
        start = time.monotonic()
        builds: Builds = {version.key: [] for version in versions}
        runs: Runs = {version.key: [] for version in versions}
        for number in range(self.asked.runs):
            for version in in_turn(versions, number):
                builds[version.key] += self._builds(version, number)

        built = [version for version in versions if not fails(builds[version.key])]
        for version in built:
            builds[version.key] += self._commits(version)
        # A version whose commits do not all build is not run
        runnable = [version for version in built if not fails(builds[version.key])]
        if self.asked.running is not None:
            self._run_all(runnable, runs)

        is_single = self.asked.runs == 1
        if is_single and says_otherwise(runs[before.key], runs[after.key]):
            for version in versions:
                runs[version.key].append(self._run(version, 1))
        is_whole = len(runnable) == len(versions)
        if self.asked.most > self.asked.runs and is_whole:
            allowed = self.further
            if allowed is None:
                allowed = _FURTHER * (time.monotonic() - start)
            self._take_further(versions, builds, runs, allowed)
        old = self._measured(before, builds, runs)
        new = self._measured(after, builds, runs)
        return self._with_shape(before, old), self._with_shape(after, new)

    def alone(self, version: Version) -> Measured:
        """All requested measurements of one version; `both` knows them then."""
        builds: Builds = {version.key: []}
        runs: Runs = {version.key: []}
        for number in range(self.asked.runs):
            builds[version.key] += self._builds(version, number)
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
                    runs[version.key].append(self._run(version, number))
                return not any(runs[version.key][-1].error for version in versions)
            return all(self._build_again(version, what, builds) for version in versions)

        self.rounds_taken = further_rounds(self.asked.most, seconds, taken, again)

    def _build_again(self, version: Version, scenario: str, builds: Builds) -> bool:
        """One more build of a scenario; whether it succeeded."""
        own = builds[version.key]
        number = sum(made.scenario == scenario for made in own)
        if scenario == "cold":
            own.append(self._build(version, scenario, number, fresh=True))
        else:
            own += self._rebuilds(version, number, (scenario,))
        return not own[-1].error

    def _run_all(self, versions: Sequence[Version], runs: Runs) -> None:
        for number in range(self.asked.runs):
            for version in in_turn(versions, number):
                ran = self._run(version, number)
                runs[version.key].append(ran)

    def _builds(self, version: Version, number: int) -> list[MeasuredBuild]:
        """One round: cold, then the rebuilds."""
        is_cold = self.asked.cold
        scenario = "cold" if is_cold else "warm"
        first = self._build(version, scenario, number, fresh=is_cold)
        if first.error:
            return [first]
        return [first, *self._rebuilds(version, number, self.asked.scenarios)]

    def _rebuilds(
        self,
        version: Version,
        number: int,
        scenarios: Sequence[str],
    ) -> Iterator[MeasuredBuild]:
        """Those of the scenarios that are asked for and known how to make."""
        edits = {"edit": self.asked.edit, "dependency": self.asked.dependency}
        for scenario in REBUILDS:
            path = edits.get(scenario, "")
            is_possible = scenario == "nothing" or bool(path)
            if not is_possible or scenario not in scenarios:
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
        key = key_of(version, scenario, number)
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
        key = key_of(version, scenario, number)
        known = self.journal.known(key)
        progress = self._made.progress
        if isinstance(known, MeasuredBuild):
            progress.skip(key)
            return known

        before = progress.begin(key)

        rounds = len(version.commits) if source is not None else self.asked.runs
        rounds = max(rounds, number + 1)
        self.say(f"{before}{version.name}: {scenario}, round {number + 1} of {rounds}")
        is_first = scenario in ("cold", "warm")
        tag = self.tag(version)
        if not is_first:
            tag += f"-{scenario}"
        with self._building():
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
        is_first_of_all = not progress.took
        progress.end(scenario, made.seconds, made.steps)
        if is_first_of_all and progress.planned and not made.error:
            self.say(f"about {duration(made.seconds + progress.left())} in all")
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
        with self._building():
            made = build(source, "cold", tag, self.asked, self.run_id, fresh=False)
            if made.error:
                why = f"no longer builds: {made.error}"
                raise EngineError(f"{version.name} {why}")
        return made.image

    @contextmanager
    def _building(self) -> Iterator[None]:
        """A build, whose times tell which records of the cache are its own."""
        start = time.time()
        try:
            with self._discreet():
                yield
        finally:
            self._made.built.append((start, time.time()))

    @contextmanager
    def _discreet(self) -> Iterator[None]:
        """An error of the engine says what a build printed, and a build may print secrets."""
        try:
            yield
        except EngineError as error:
            raise EngineError(self._hide(str(error))) from None

    def _run(self, version: Version, number: int) -> Ran:
        key = key_of(version, "run", number)
        known = self.journal.known(key)
        if isinstance(known, Ran):
            self._made.progress.skip(key)
            return known

        before = self._made.progress.begin(key)

        rounds = max(self.asked.runs, number + 1)
        self.say(f"{before}{version.name}: run, round {number + 1} of {rounds}")
        start = time.monotonic()
        with self._discreet():
            image = self.image(version)
            running = self._running(version)
            ran = run(image, running, self.run_id, self.services.plan)
        self._made.progress.end(RUN, time.monotonic() - start)
        return self.journal.keep(key, mapped(ran, self._hide))

    def _running(self, version: Version) -> Running:
        """How a version is run: a worker, which never ends, is not waited for a second time.

        Nor is what runs on after its first answer.
        """
        running = self.asked.running
        assert running is not None
        first = self.journal.known(key_of(version, "run", 0))
        if isinstance(first, Ran):
            running = replace(running, settle=0.0)
        if isinstance(first, Ran) and first.lives:
            return replace(running, patience=min(running.patience, _WORKER))
        return running

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
        with inspected(self.image(version), version.build) as inspection:
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
