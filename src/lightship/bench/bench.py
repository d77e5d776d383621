"""Both versions, built and run in turn: A B A B.

So what changes on the machine meanwhile meets both alike.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Self

from lightship.bench.further_rounds import further_rounds
from lightship.bench.image_looks import ImageLooks
from lightship.bench.measurements import Measurements
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.own_faults import asks_same_registry
from lightship.bench.planned_work import (
    EDITS,
    expected_times,
    is_in_a_row,
    planned_work,
    shared_rebuilds,
)
from lightship.bench.services.ready_services import ReadyServices
from lightship.bench.shared_work import is_same_build
from lightship.bench.version import Version, fails, in_turn, says_otherwise
from lightship.docker.build_records import forget_records
from lightship.docker.leftovers import clean
from lightship.docker.proof_builds import builder_of
from lightship.errors import EngineError
from lightship.inspection.gate import Gate
from lightship.outcome import Outcome
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.measured import ImageShape, Measured, MeasuredBuild, Ran
from lightship.record import record

# How many times as long as the first rounds all further ones may take
_FURTHER = 1.0
# Where the engine does not answer any more
_LEFT = "not all that was made is removed: the next run on this engine does that"


@record(eq=False)
class _Taken:
    """What was measured of one version so far."""

    version: Version
    builds: list[MeasuredBuild]
    runs: list[Ran]

    def as_measured(self) -> Measured:
        """All that takes time; nothing of what is in the image."""
        version = self.version
        return Measured(
            version.name,
            tuple(self.builds),
            tuple(self.runs),
            context_files=version.material.files,
            context_bytes=version.material.bytes,
            dockerfile=version.build.dockerfile.text,
            work=version.material.work,
        )

    def last_seconds(self, scenario: str) -> float:
        """What the last build of a scenario took; 0 where there was none."""
        for build in reversed(self.builds):
            if build.scenario == scenario:
                return build.seconds
        return 0.0


class Bench:
    """Measures versions in one run; `gate` judges the version after.

    What it makes is gone at the end of the `with`.
    """

    def __init__(self, run: MeasuringRun, gate: Gate | None = None) -> None:
        self.run = run
        self._single = Measurements(run)
        self.looks = ImageLooks(run, self._single, gate)
        # What was measured in further rounds, and why no more
        self.rounds_taken: tuple[str, ...] = ()
        # Of a search: seconds of all further rounds
        self.further: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        run = self.run
        builder = builder_of(run.asked.options)
        try:
            clean(run.id, builder)
        except EngineError:
            run.say(_LEFT)
            return
        with suppress(EngineError):
            forget_records(run.made.built, builder)

    @property
    def asked(self) -> MeasurePlan:
        """The plan by which it measures."""
        return self.run.asked

    @property
    def services(self) -> ReadyServices:
        """What every run of an image is given."""
        return self.run.made.services

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What the gate says of the version after."""
        return self.looks.outcomes

    def _by(self, plan: MeasurePlan) -> Bench:
        """The same by another plan."""
        run = replace(self.run, asked=plan)
        return Bench(run)

    def rounds(self, number: int) -> Bench:
        """The same with this number of rounds; nothing is measured twice."""
        plan = replace(self.asked, runs=number, most=0)
        return self._by(plan)

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
        # What layers weigh in gzip is not asked of a trial
        bench.looks.packs = False
        return bench

    def plan(
        self, versions: tuple[Version, Version], states: Sequence[Version]
    ) -> None:
        """Say what is to come: both versions, and each state between them once.

        Without a number of rounds by the user, builds have a limit from now on.
        """
        asked = self.asked
        made = self.run.made
        all_versions = tuple(dict.fromkeys((*versions, *states)))
        side_by_side = not all(map(is_in_a_row, all_versions))
        made.side_by_side = side_by_side

        planned = planned_work(versions, states, asked, side_by_side=side_by_side)
        times = expected_times(all_versions, asked)
        progress = made.progress
        progress.plan(planned, times, is_bounded=asked.runs == 1)
        self.run.say(progress.announcement(asked.most))

    def has_room(self, version: Version) -> bool:
        """Whether the builds of a state that is planned are within the limit of the proof."""
        return self.run.made.progress.has_room(version.key)

    def drop(self, version: Version) -> None:
        """A state that was planned is not measured."""
        self.run.made.progress.drop(version.key)

    def both(self, before: Version, after: Version) -> tuple[Measured, Measured]:
        """All requested measurements of both versions, in turn: A B, B A, A B."""
        start = time.monotonic()
        old = _Taken(before, [], [])
        new = _Taken(after, [], [])
        both = (old, new)
        asked = self.asked
        for number in range(asked.runs):
            for taken in in_turn(both, number):
                made = self._round(taken, old, number)
                taken.builds.extend(made)

        self._blame(old, new)
        built = [taken for taken in both if not fails(taken.builds)]
        for taken in built:
            commits = self._single.commits(taken.version)
            taken.builds.extend(commits)
        # A version whose commits do not all build is not run
        runnable = [taken for taken in built if not fails(taken.builds)]
        if asked.running is not None:
            self._run_all(runnable)

        is_single = asked.runs == 1
        if is_single and says_otherwise(old.runs, new.runs):
            for taken in both:
                self._run_once(taken, 1)

        is_whole = len(runnable) == len(both)
        if asked.most > asked.runs and is_whole:
            allowed = self.further
            if allowed is None:
                took = time.monotonic() - start
                allowed = _FURTHER * took
            self._take_further(old, new, allowed)
        return self._with_shape(old), self._with_shape(new)

    def _blame(self, old: _Taken, new: _Taken) -> None:
        """Where one version alone did not reach a host, find out whether that is its own fault.

        It is, where the version before finds its hosts and the one after does not, twice each; or
        the other way round. The build says no more that it is not, then.
        """
        for failed, other in ((old, new), (new, old)):
            last = failed.builds[-1]
            has_built = any(not made.error for made in failed.builds)
            if not last.unreached or has_built or fails(other.builds):
                continue
            if asks_same_registry(last, other.builds):
                continue
            control = self._single.control(old.version, failed.version)
            finds_hosts = not control.unreached
            if finds_hosts is (failed is new):
                failed.builds[:] = [
                    replace(made, unreached="") for made in failed.builds
                ]

    def _round(self, taken: _Taken, first: _Taken, number: int) -> list[MeasuredBuild]:
        """One round of builds; where both versions make a builder do the same, it is made once.

        `first` is the version before. With a number of rounds that the user gives, each is made.
        """
        version = taken.version
        asked = self.asked
        is_single = asked.runs == 1 and asked.cold
        is_other = version is not first.version
        if not is_single or not is_other or self._single.has(version, "cold", 0):
            return self._single.round(version, number, ())

        if is_same_build(first.version, version):
            return self._single.like(version, first.builds)
        shared = self._shared(first, version)
        return self._single.round(version, number, shared)

    def _shared(self, last: _Taken, state: Version) -> tuple[MeasuredBuild, ...]:
        """The rebuilds of the state before, where they do what those of this one would do."""
        if not self._single.shares or fails(last.builds):
            return ()
        shared = shared_rebuilds(last.version, state, self.asked)
        return tuple(made for made in last.builds if made.scenario in shared)

    def alone(self, version: Version) -> Measured:
        """All requested measurements of one version; `both` knows them then."""
        taken = _Taken(version, [], [])
        for number in range(self.asked.runs):
            made = self._single.round(version, number)
            taken.builds.extend(made)
        if self.asked.running is not None and not fails(taken.builds):
            self._run_all([taken])
        return self._with_shape(taken)

    def _run_all(self, versions: Sequence[_Taken]) -> None:
        for number in range(self.asked.runs):
            for taken in in_turn(versions, number):
                self._run_once(taken, number)

    def _run_once(self, taken: _Taken, number: int) -> bool:
        """One run; whether it succeeded."""
        ran = self._single.run(taken.version, number)
        taken.runs.append(ran)
        return not ran.error

    def _take_further(self, old: _Taken, new: _Taken, seconds: float) -> None:
        """Rounds of single figures, where their difference is near their noise."""

        def measured() -> tuple[Measured, Measured]:
            return old.as_measured(), new.as_measured()

        def again(what: str) -> bool:
            if what == "run":
                return self._run_again(old, new)
            return all(self._build_again(taken, what) for taken in (old, new))

        def fits(what: str) -> bool:
            """Within the limit of a proof, a round of builds as long as the last one."""
            if what == "run" or self.further is not None:
                return True
            took = old.last_seconds(what) + new.last_seconds(what)
            return took <= self.run.made.progress.room_beside()

        hooks = (measured, again, fits, self.run.say)
        self.rounds_taken = further_rounds(self.asked.most, seconds, *hooks)

    def _run_again(self, old: _Taken, new: _Taken) -> bool:
        """One more run of both versions, also where the first one fails; whether both succeeded."""
        number = len(old.runs)
        went_well = True
        for taken in in_turn((old, new), number):
            went_well &= self._run_once(taken, number)
        return went_well

    def _build_again(self, taken: _Taken, scenario: str) -> bool:
        """One more build of a scenario; whether it succeeded."""
        version = taken.version
        own = taken.builds
        number = sum(build.scenario == scenario for build in own)
        if scenario == "cold":
            build = self._single.build(version, scenario, number, fresh=True)
            own.append(build)
        else:
            made = self._single.rebuilds(version, number, (scenario,))
            own.extend(made)
        return not own[-1].error

    def _with_shape(self, taken: _Taken) -> Measured:
        """What was measured, with what the image says of itself."""
        version = taken.version
        own = taken.builds
        reproduced, differences = self.looks.reproduced(version, own)
        shape: ImageShape | None = None
        if not fails(own):
            shape = self.looks.shape(version)
        return replace(
            taken.as_measured(),
            shape=shape,
            reproduced=reproduced,
            differences=differences,
        )
