"""How far a proof has come, how long the rest will take, and what it may take at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from lightship.bench.expected_times import FIRST_BUILDS, READING, RUN, ExpectedTimes
from lightship.proof.measured import StepTime
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.durations import duration

# All builds of a proof without a number of rounds, in builds from nothing of its slower version
MOST_BUILDING = 8.0
_NO_BUILD = (RUN, READING)
_TOLD_AGAIN = 1 / 3  # by such a share what was told has to be wrong


@record
class PlannedWork:
    """One measurement that will be made: of which version, and of what kind.

    `is_state` says that it is of a state between both versions, which can be left out.
    """

    version: str
    kind: str
    is_state: bool = False


@record(eq=False, frozen=False)
class RemainingWork:
    """What is planned and not started yet, and the seconds of what is done.

    `planned` are by the keys of the journal; nothing is told where nothing was planned. `begun`
    counts what was started, `spent` are seconds of all that is done, `building` those of builds,
    and `cold` those of the longest from nothing. `is_bounded` says that builds have a limit.
    """

    planned: dict[str, PlannedWork] = field(default_factory=dict)
    times: ExpectedTimes = field(default_factory=ExpectedTimes)
    is_bounded: bool = False
    begun: int = 0
    spent: float = 0.0
    building: float = 0.0
    cold: float = 0.0
    # Seconds that were told last, whether of builds alone, and the kinds measured by then
    told: float = 0.0
    is_open: bool = False
    measured: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)  # versions

    def plan(
        self,
        planned: Mapping[str, PlannedWork],
        times: ExpectedTimes,
        *,
        is_bounded: bool = False,
    ) -> None:
        """Begin with what is planned; what was done before does not count."""
        self.planned = dict(planned)
        self.times = times
        self.is_bounded = is_bounded
        self.begun = 0
        self.spent = self.building = self.cold = self.told = 0.0
        self.measured = set()
        self.dropped = set()

    def announcement(self, most: int = 0) -> str:
        """What is to be done; `most` are the rounds of a figure near its noise, 0 for no more."""
        kinds = [work.kind for work in self.planned.values()]
        builds = sum(kind not in _NO_BUILD for kind in kinds)
        empty = kinds.count("cold")
        runs = kinds.count(RUN)
        text = f"{count(builds, 'build')}, {empty} of them with an empty cache"
        if runs:
            text += f", and {count(runs, 'run')}"
        if most:
            text += f"; up to {most} rounds of what is near its noise"
        return text

    def skip(self, key: str) -> None:
        """It is known already."""
        self.planned.pop(key, None)

    def drop(self, version: str) -> None:
        """A version is not measured after all."""
        self.dropped.add(version)
        for key, work in list(self.planned.items()):
            if work.version == version:
                self.skip(key)

    def begin(self, key: str) -> str:
        """What stands before the words of a measurement: `3 of 16, about 40 s left: `."""
        if not self.planned and not self.begun:
            return ""
        # How long further rounds take, nobody knows
        is_further = key not in self.planned
        left = self.left() if self.measured and not is_further else 0.0
        self.begun += 1
        self.skip(key)
        total = self.begun + len(self.planned)
        about = f", about {duration(left)} left" if left else ""
        return f"{self.begun} of {total}{about}: "

    def end(
        self, version: str, kind: str, seconds: float, steps: Sequence[StepTime] = ()
    ) -> str:
        """What one measurement took; gives what there is to tell of all, empty for nothing.

        That is so after the first one, and where the first of a kind shows that it was wrong.
        """
        self.times.learn(version, kind, seconds, steps)
        self.spent += seconds
        if kind not in _NO_BUILD:
            self.building += seconds
        if kind in FIRST_BUILDS:
            self.cold = max(self.cold, seconds)
        is_known = kind in self.measured
        self.measured.add(kind)
        if is_known or not self.planned:
            return ""
        return self._total()

    def _total(self) -> str:
        """How long all takes; of builds alone until the first run shows how long one is."""
        runs = sum(work.kind == RUN for work in self.planned.values())
        is_open = bool(runs) and RUN not in self.measured
        total = self.building + self._left_of_builds() if is_open else self.whole
        is_first = not self.told or self.is_open is not is_open
        is_wrong = abs(total - self.told) > _TOLD_AGAIN * self.told
        is_over = total - self.spent < _TOLD_AGAIN * total and not is_open
        if not is_first and (is_over or not is_wrong):
            return ""
        self.told = total
        self.is_open = is_open
        now = "" if is_first else "now "
        if is_open:
            follow = "then comes 1 run" if runs == 1 else f"then come {runs} runs"
            return f"{now}about {duration(total)} of builds, {follow}"
        return f"{now}about {duration(total)} in all"

    @property
    def whole(self) -> float:
        """Seconds of what is done and of what is left."""
        return self.spent + self.left()

    def left(self) -> float:
        """Seconds that the rest will take, as far as one can tell."""
        kept = self._kept()
        return self._expected(kept, is_build=True) + self._expected(
            kept, is_build=False
        )

    def _left_of_builds(self) -> float:
        return self._expected(self._kept(), is_build=True)

    def _kept(self) -> list[PlannedWork]:
        """What is planned, but for the states that will be left out."""
        kept: list[PlannedWork] = []
        room = self.allowance
        for works in self._by_version():
            builds = self._expected(works, is_build=True)
            if works[0].is_state and builds > room:
                continue
            room -= builds
            kept += works
        return kept

    def _by_version(self) -> Iterable[list[PlannedWork]]:
        """What is planned, of one version after the other."""
        versions: dict[str, list[PlannedWork]] = {}
        for work in self.planned.values():
            versions.setdefault(work.version, []).append(work)
        return versions.values()

    @property
    def allowance(self) -> float:
        """Seconds that further builds may take."""
        if not self.is_bounded or not self.cold:
            return float("inf")
        return max(MOST_BUILDING * self.cold - self.building, 0.0)

    def room_beside(self) -> float:
        """Seconds that builds may take that are not planned."""
        planned = self._expected(self.planned.values(), is_build=True)
        return max(self.allowance - planned, 0.0)

    def has_room(self, version: str) -> bool:
        """Whether the planned builds of a version are within the limit."""
        if version in self.dropped:
            return False
        own = [work for work in self.planned.values() if work.version == version]
        return self._expected(own, is_build=True) <= self.allowance

    def _expected(self, works: Iterable[PlannedWork], *, is_build: bool) -> float:
        chosen = [work for work in works if (work.kind not in _NO_BUILD) is is_build]
        return sum(self.times.of(work.version, work.kind) for work in chosen)
