"""Single builds and runs of versions, each made once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lightship.bench.expected_times import RUN
from lightship.bench.materials import edited
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.shared_work import (
    as_built_before,
    as_if_cold,
    is_same_rebuild,
    step_seconds,
)
from lightship.bench.told_rebuilds import is_told, told_rebuild
from lightship.bench.version import Version, fails, key_of
from lightship.docker.proof_builds import build
from lightship.docker.proof_containers import run
from lightship.errors import EngineError, FileError
from lightship.proof.measure_plan import AFTER, BEFORE, Running, VersionSource
from lightship.proof.measured import MeasuredBuild, Ran
from lightship.proof.texts import mapped

_REBUILDS = ("nothing", "edit", "dependency")
_WORKER = 5.0  # seconds that a worker must live in a later round
_GRACE_AGAIN = 1.0  # seconds until what had to be killed is killed again


class Measurements:
    """Builds and runs versions; what the journal knows already is not made again.

    With `shares` a build from nothing takes the steps that one before it made from the cache, and
    counts their time.
    """

    def __init__(self, run: MeasuringRun) -> None:
        self._run = run
        self.shares = False

    def tag(self, version: Version) -> str:
        """What its image is called in the engine."""
        return f"lightship-proof/{self._run.id}:{version.key}"

    def round(
        self, version: Version, number: int, shared: Sequence[MeasuredBuild] = ()
    ) -> list[MeasuredBuild]:
        """One round: cold, then the rebuilds; `shared` are those that need not be made."""
        asked = self._run.asked
        is_cold = asked.cold
        scenario = "cold" if is_cold else "warm"
        first = self._cold_with_shared(version, number) if is_cold else None
        first = first or self.build(version, scenario, number, fresh=is_cold)
        progress = self._run.made.progress
        if first.error:
            progress.drop(version.key)
            return [first]

        # Of a proof that goes on, which has all of that build already
        progress.skip(key_of(version, "warm", number))
        for same in shared:
            key = key_of(version, same.scenario, number)
            self._kept(key, same)
        return [first, *self.rebuilds(version, number, asked.scenarios)]

    def _cold_with_shared(self, version: Version, number: int) -> MeasuredBuild | None:
        """The build from nothing of an intermediate state, where its steps tell it."""
        key = key_of(version, "cold", number)
        known = self._run.journal.known(key)
        steps = self._run.made.steps
        tells = steps and not self._run.made.side_by_side
        if not self.shares or known is not None or not tells:
            return None

        made = self.build(version, "warm", number)
        cold = as_if_cold(made, steps)
        return self._kept(key, cold) if cold is not None else None

    def _kept(self, key: str, build: MeasuredBuild) -> MeasuredBuild:
        """What another build tells of one that was planned: that one is not made."""
        self._run.made.progress.skip(key)
        return self._run.journal.keep(key, build)

    def like(
        self, version: Version, builds: Sequence[MeasuredBuild]
    ) -> list[MeasuredBuild]:
        """The only round of a version for which a builder does what it did in `builds`."""
        if not builds or fails(builds):
            return self.round(version, 0)
        made = self.build(version, "warm", 0)
        if made.error:
            return self.round(version, 0)
        same = as_built_before(made, builds)
        for other in same:
            key = key_of(version, other.scenario, 0)
            self._kept(key, other)
        return same

    def rebuilds(
        self,
        version: Version,
        number: int,
        scenarios: Sequence[str],
    ) -> Iterator[MeasuredBuild]:
        """Those of the scenarios that are asked for and known how to make."""
        asked = self._run.asked
        edits = {"edit": asked.edit, "dependency": asked.dependency}
        for scenario in _REBUILDS:
            path = edits.get(scenario, "")
            is_possible = scenario == "nothing" or bool(path)
            if not is_possible or scenario not in scenarios:
                continue

            shared = None
            if scenario == "dependency":
                shared = self._of_code_edit(version, number)
            if shared is None and path:
                shared = self._told(version, scenario, path, number)
            if shared is not None:
                yield shared
                continue

            if not self.has(version, scenario, number):
                # Of a proof that goes on: its cold build, with its cache, is gone
                self.image(version)
            try:
                undo = self._edit(version, path, number)
            except FileError:
                continue  # this version does not take the file
            try:
                yield self.build(version, scenario, number)
            finally:
                undo()

    def _of_code_edit(self, version: Version, number: int) -> MeasuredBuild | None:
        """The rebuild after a dependency edit, where that after a code edit did the same."""
        journal = self._run.journal
        edit = journal.known(key_of(version, "edit", number))
        if not isinstance(edit, MeasuredBuild) or edit.error:
            return None
        key = key_of(version, "dependency", number)
        if journal.known(key) is not None:
            return None

        asked = self._run.asked
        if not is_same_rebuild(version.side, asked.edit, asked.dependency):
            return None
        same = replace(edit, scenario="dependency")
        return self._kept(key, same)

    def _told(
        self, version: Version, scenario: str, path: str, number: int
    ) -> MeasuredBuild | None:
        """The rebuild of an intermediate state, where the steps of earlier builds tell it."""
        known = self._run.journal.known
        key = key_of(version, scenario, number)
        cold = known(key_of(version, "cold", number))
        made = self._run.made
        is_asked = self.shares and not made.side_by_side and known(key) is None
        if not is_asked or not isinstance(cold, MeasuredBuild):
            return None
        if not is_told(version.side, path):
            return None
        told = told_rebuild(cold, scenario, version.side, path, made.steps)
        return self._kept(key, told) if told is not None else None

    def _edit(self, version: Version, path: str, number: int) -> Callable[[], None]:
        """Change a file of a version, none where `path` is empty; gives what takes that back."""
        if not path:
            return lambda: None
        mark = f"{self._run.id} {version.key} {number}"
        return edited(version.material.source, path, mark)

    def has(self, version: Version, scenario: str, number: int) -> bool:
        key = key_of(version, scenario, number)
        return self._run.journal.known(key) is not None

    def commits(self, version: Version) -> list[MeasuredBuild]:
        """The last commits, each on the cache of the one before.

        The first of them fills it, and does not count.
        """
        builds: list[MeasuredBuild] = []
        for number, source in enumerate(version.commits):
            made = self.build(version, "commits", number, source=source)
            builds.append(made)
        return builds[1:]

    def build(
        self,
        version: Version,
        scenario: str,
        number: int,
        *,
        fresh: bool = False,
        source: VersionSource | None = None,
    ) -> MeasuredBuild:
        """One build of a scenario; `source` is that of an earlier commit."""
        key = key_of(version, scenario, number)
        asked, made = self._run.asked, self._run.made
        known = self._run.journal.known(key)
        if isinstance(known, MeasuredBuild):
            made.progress.skip(key)
            return known

        before = made.progress.begin(key)
        rounds = len(version.commits) if source is not None else asked.runs
        rounds = max(rounds, number + 1)
        which = f"{scenario}, round {number + 1} of {rounds}"
        self._run.say(f"{before}{version.name}: {which}")
        is_first = scenario in ("cold", "warm")
        tag = self.tag(version)
        if not is_first:
            tag += f"-{scenario}"
        built = self._reaching(
            source or version.material.source, scenario, tag, fresh=fresh
        )
        if is_first and not built.error:
            self._know_steps(built, fresh=fresh)
        if is_first and built.image:
            made.images[version.key] = built.image
        failed = "failed after " if built.error else ""
        self._run.say(f"  {failed}{built.seconds:.1f} s")
        steps = () if built.error else built.steps
        told = made.progress.end(version.key, scenario, built.seconds, steps)
        self._run.tell(told)
        return self._run.journal.keep(key, mapped(built, self._run.hide))

    def _reaching(
        self, source: VersionSource, scenario: str, tag: str, *, fresh: bool
    ) -> MeasuredBuild:
        """One build, or a second one where the first did not reach a host."""
        built = self._made(source, scenario, tag, fresh=fresh)
        if not built.unreached:
            return built
        line = self._run.hide(built.unreached)
        self._run.say(f"  a host was not reached, so it is built again: {line}")
        return self._made(source, scenario, tag, fresh=fresh)

    def _made(
        self, source: VersionSource, scenario: str, tag: str, *, fresh: bool
    ) -> MeasuredBuild:
        with self._building():
            return build(source, scenario, tag, self._run.asked, self._run.id, fresh)

    def control(self, version: Version, failed: Version) -> MeasuredBuild:
        """A build from nothing after one of `failed`: whether it reaches its hosts now."""
        key = key_of(failed, "control", 0)
        known = self._run.journal.known(key)
        if isinstance(known, MeasuredBuild):
            return known
        self._run.say(f"{version.name}: built again, to see whether hosts are reached")
        source, tag = version.material.source, f"{self.tag(version)}-control"
        built = self._made(source, "cold", tag, fresh=True)
        return self._run.journal.keep(key, mapped(built, self._run.hide))

    def _know_steps(self, built: MeasuredBuild, *, fresh: bool) -> None:
        """What steps took: a build from nothing tells more than one that found some."""
        steps = self._run.made.steps
        found = step_seconds(built)
        if fresh:
            steps.update(found)
        for name, seconds in found.items():
            steps.setdefault(name, seconds)

    def image(self, version: Version) -> str:
        """The image of a version; built again if it is gone."""
        images = self._run.made.images
        if version.key not in images:
            images[version.key] = self._built_again(version)
        return images[version.key]

    def _built_again(self, version: Version) -> str:
        source = version.material.source
        tag = self.tag(version)
        built = self._made(source, "cold", tag, fresh=False)
        if built.error:
            why = f"no longer builds: {built.error}"
            raise EngineError(self._run.hide(f"{version.name} {why}"))
        return built.image

    @contextmanager
    def _building(self) -> Iterator[None]:
        """A build, whose times tell which records of the cache are its own."""
        start = time.time()
        try:
            with self._discreet():
                yield
        finally:
            window = (start, time.time())
            self._run.made.built.append(window)

    @contextmanager
    def _discreet(self) -> Iterator[None]:
        """An error of the engine says what a build printed, and a build may print secrets."""
        try:
            yield
        except EngineError as error:
            raise EngineError(self._run.hide(str(error))) from None

    def run(self, version: Version, number: int) -> Ran:
        """One run of its image."""
        key = key_of(version, "run", number)
        asked, made = self._run.asked, self._run.made
        known = self._run.journal.known(key)
        if isinstance(known, Ran):
            made.progress.skip(key)
            return known

        before = made.progress.begin(key)
        rounds = max(asked.runs, number + 1)
        self._run.say(f"{before}{version.name}: run, round {number + 1} of {rounds}")
        start = time.monotonic()
        with self._discreet():
            image = self.image(version)
            running = self._running(version)
            ran = run(image, running, self._run.id, made.services.plan)

        assert asked.running is not None
        # It was killed earlier than is asked, so how long it takes to stop is not known
        if running.grace < asked.running.grace:
            ran = replace(ran, stop=None)
        seconds = time.monotonic() - start
        self._run.tell(made.progress.end(version.key, RUN, seconds))
        return self._run.journal.keep(key, mapped(ran, self._run.hide))

    def _running_state(self, running: Running) -> Running:
        """The first run of a version; of a state between two that had to be killed, it will be."""
        runs = [self._run.journal.known(f"{side} run 0") for side in (BEFORE, AFTER)]
        were_killed = all(isinstance(ran, Ran) and ran.killed for ran in runs)
        if not self.shares or not were_killed:
            return running
        return replace(running, grace=min(running.grace, _GRACE_AGAIN))

    def _running(self, version: Version) -> Running:
        """How a version is run: a worker, which never ends, is not waited for a second time.

        Nor is what runs on after its first answer, nor what had to be killed: it stays so, and how
        long it took is known.
        """
        running = self._run.asked.running
        assert running is not None
        first = self._run.journal.known(key_of(version, "run", 0))
        if not isinstance(first, Ran):
            return self._running_state(running)

        running = replace(running, settle=0.0)
        if first.killed and self._run.asked.most:
            grace = min(running.grace, _GRACE_AGAIN)
            running = replace(running, grace=grace)
        if first.lives:
            patience = min(running.patience, _WORKER)
            running = replace(running, patience=patience)
        return running
