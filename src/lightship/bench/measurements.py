"""Single builds and runs of versions, each made once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lightship.bench.materials import edited
from lightship.bench.remaining_work import RUN
from lightship.bench.shared_work import (
    as_built_before,
    as_if_cold,
    is_same_rebuild,
    step_seconds,
)
from lightship.bench.version import RunImages, Version, fails, key_of
from lightship.docker.proof_builds import build
from lightship.docker.proof_containers import run
from lightship.errors import EngineError, FileError
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan, Running, VersionSource
from lightship.proof.measured import MeasuredBuild, Ran
from lightship.proof.texts import mapped
from lightship.wording.durations import duration

Say = Callable[[str], None]
EDITS = ("edit", "dependency")
_REBUILDS = ("nothing", *EDITS)
_WORKER = 5.0  # seconds that a worker must live in a later round
_GRACE_AGAIN = 1.0  # seconds until what had to be killed is killed again


class Measurements:
    """Builds and runs versions; what the journal knows already is not made again.

    `hide` takes secrets out of a text before it is kept or shown. With `shares` a build from
    nothing takes the steps that one before it made from the cache, and counts their time.
    """

    def __init__(
        self,
        run_id: str,
        asked: MeasurePlan,
        journal: Journal,
        say: Say,
        hide: Callable[[str], str],
        made: RunImages,
    ) -> None:
        self._run_id = run_id
        self._asked = asked
        self._journal = journal
        self._say = say
        self._hide = hide
        self._made = made
        self.shares = False

    def tag(self, version: Version) -> str:
        """What its image is called in the engine."""
        return f"lightship-proof/{self._run_id}:{version.key}"

    def round(self, version: Version, number: int) -> list[MeasuredBuild]:
        """One round: cold, then the rebuilds."""
        is_cold = self._asked.cold
        scenario = "cold" if is_cold else "warm"
        first = self._cold_with_shared(version, number) if is_cold else None
        first = first or self.build(version, scenario, number, fresh=is_cold)
        if first.error:
            return [first]
        return [first, *self.rebuilds(version, number, self._asked.scenarios)]

    def _cold_with_shared(self, version: Version, number: int) -> MeasuredBuild | None:
        """The build from nothing of an intermediate state, where its steps tell it."""
        key = key_of(version, "cold", number)
        known = self._journal.known(key)
        if not self.shares or known is not None or not self._made.steps:
            return None
        made = self.build(version, "warm", number)
        cold = as_if_cold(made, self._made.steps)
        if cold is None:
            return None
        self._made.progress.skip(key)
        return self._journal.keep(key, cold)

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
            self._made.progress.skip(key)
            self._journal.keep(key, other)
        return same

    def rebuilds(
        self,
        version: Version,
        number: int,
        scenarios: Sequence[str],
    ) -> Iterator[MeasuredBuild]:
        """Those of the scenarios that are asked for and known how to make."""
        edits = {"edit": self._asked.edit, "dependency": self._asked.dependency}
        for scenario in _REBUILDS:
            path = edits.get(scenario, "")
            is_possible = scenario == "nothing" or bool(path)
            if not is_possible or scenario not in scenarios:
                continue
            shared = None
            if scenario == "dependency":
                shared = self._of_code_edit(version, number)
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
        edit = self._journal.known(key_of(version, "edit", number))
        if not isinstance(edit, MeasuredBuild) or edit.error:
            return None
        key = key_of(version, "dependency", number)
        known = self._journal.known(key)
        asked = self._asked
        if known is not None or not is_same_rebuild(
            version.side, asked.edit, asked.dependency
        ):
            return None
        self._made.progress.skip(key)
        return self._journal.keep(key, replace(edit, scenario="dependency"))

    def _edit(self, version: Version, path: str, number: int) -> Callable[[], None]:
        """Change a file of a version, none where `path` is empty; gives what takes that back."""
        if not path:
            return lambda: None
        mark = f"{self._run_id} {version.key} {number}"
        return edited(version.material.source, path, mark)

    def has(self, version: Version, scenario: str, number: int) -> bool:
        key = key_of(version, scenario, number)
        return self._journal.known(key) is not None

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
        known = self._journal.known(key)
        progress = self._made.progress
        if isinstance(known, MeasuredBuild):
            progress.skip(key)
            return known

        before = progress.begin(key)

        rounds = len(version.commits) if source is not None else self._asked.runs
        rounds = max(rounds, number + 1)
        self._say(f"{before}{version.name}: {scenario}, round {number + 1} of {rounds}")
        is_first = scenario in ("cold", "warm")
        tag = self.tag(version)
        if not is_first:
            tag += f"-{scenario}"
        with self._building():
            made = build(
                source or version.material.source,
                scenario,
                tag,
                self._asked,
                self._run_id,
                fresh,
            )

        if fresh and not made.error:
            self._made.steps.update(step_seconds(made))
        if is_first and made.image:
            self._made.images[version.key] = made.image
        failed = "failed after " if made.error else ""
        self._say(f"  {failed}{made.seconds:.1f} s")
        is_first_of_all = not progress.took
        progress.end(scenario, made.seconds, made.steps)
        if is_first_of_all and progress.planned and not made.error:
            self._say(f"about {duration(made.seconds + progress.left())} in all")
        return self._journal.keep(key, mapped(made, self._hide))

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
            made = build(source, "cold", tag, self._asked, self._run_id, fresh=False)
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

    def run(self, version: Version, number: int) -> Ran:
        """One run of its image."""
        key = key_of(version, "run", number)
        known = self._journal.known(key)
        if isinstance(known, Ran):
            self._made.progress.skip(key)
            return known

        before = self._made.progress.begin(key)

        rounds = max(self._asked.runs, number + 1)
        self._say(f"{before}{version.name}: run, round {number + 1} of {rounds}")
        start = time.monotonic()
        with self._discreet():
            image = self.image(version)
            running = self._running(version)
            ran = run(image, running, self._run_id, self._made.services.plan)
        assert self._asked.running is not None
        if running.grace < self._asked.running.grace:
            ran = replace(ran, stop=None)
        self._made.progress.end(RUN, time.monotonic() - start)
        return self._journal.keep(key, mapped(ran, self._hide))

    def _running(self, version: Version) -> Running:
        """How a version is run: a worker, which never ends, is not waited for a second time.

        Nor is what runs on after its first answer, nor what had to be killed: it stays so, and how
        long it took is known.
        """
        running = self._asked.running
        assert running is not None
        first = self._journal.known(key_of(version, "run", 0))
        if not isinstance(first, Ran):
            return running
        running = replace(running, settle=0.0)
        if first.killed and self._asked.most:
            running = replace(running, grace=min(running.grace, _GRACE_AGAIN))
        if first.lives:
            return replace(running, patience=min(running.patience, _WORKER))
        return running
