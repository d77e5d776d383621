"""How long the measurements of a proof will take, from the steps of the builds so far.

A build's steps are known before it is made (`redone_steps`), and the seconds of a step from a build
that carried it out; where the same kind of build took longer than that on the other version, so it
does here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lightship.bench.redone_steps import RedoneSteps
from lightship.build import Build
from lightship.cache.times.build_time import Times, critical_path
from lightship.cache.times.carry_over import carry_over
from lightship.cache.times.read_times import times_by_name
from lightship.errors import UsageError
from lightship.proof.measured import StepTime
from lightship.record import record

READING, RUN = "reading", "run"
FIRST_BUILDS = ("cold", "warm")
# Seconds of what was not measured yet: a build that finds all, a run, a look at an image
_UNKNOWN = {"nothing": 1.0, "commits": 1.0, RUN: 2.0, READING: 2.0}
EXPORTING = ("exporting to ", "importing to ")
_FURTHEST = 4.0  # times as long as its steps tell, or as short


@record
class _Around:
    """Seconds of a build beside its instructions.

    `steps` are those of its instructions, `writing` those in which the image is written, `rest` all
    others: what a client takes to start, the build context, metadata.
    """

    steps: float
    writing: float
    rest: float


class ExpectedTimes:
    """Seconds of measurements, by the key of their version and their kind.

    `settle` are the seconds for which a program is looked at in the first run of a version.
    """

    def __init__(self, settle: float = 0.0) -> None:
        self._settle = settle
        self._redone: dict[str, RedoneSteps] = {}
        self._times: dict[str, Times] = {}  # of versions that were built from nothing
        self._first: Build | None = None
        self._around: _Around | None = None
        # Of each kind: the versions that were measured, with their seconds
        self._took: dict[str, list[tuple[str, float]]] = defaultdict(list)

    def know(self, version: str, redone: RedoneSteps | None) -> None:
        """What builds of a version do."""
        if redone is not None:
            self._redone[version] = redone

    def learn(
        self, version: str, kind: str, seconds: float, steps: Sequence[StepTime] = ()
    ) -> None:
        """What one measurement took; `steps` of a build."""
        self._took[kind].append((version, seconds))
        redone = self._redone.get(version)
        if kind not in FIRST_BUILDS or redone is None or version in self._times:
            return
        if kind == "warm" and self._first is not None:
            return  # its steps were in the cache
        self._learn_steps(version, redone, seconds, steps)

    def _learn_steps(
        self,
        version: str,
        redone: RedoneSteps,
        seconds: float,
        steps: Sequence[StepTime],
    ) -> None:
        named = {step.name: step.seconds for step in steps if not step.cached}
        try:
            times = times_by_name(named, redone.build, "")
        except UsageError:
            return  # as with podman, which tells no steps
        self._times[version] = times
        if self._first is not None:
            return

        self._first = redone.build
        of_steps = _path(redone, "cold", times)
        writing = 0.0
        for name, took in named.items():
            if name.startswith(EXPORTING):
                writing += took
        rest = max(seconds - of_steps - writing, 0.0)
        self._around = _Around(of_steps, writing, rest)

    def of(self, version: str, kind: str) -> float:
        """Seconds that a measurement will take, as far as one can tell."""
        usual = self._usual([kind])
        if kind == RUN and usual is None:
            return _UNKNOWN[RUN] + self._settle
        told = self._told(version, kind)
        if told is not None:
            return told * self._slower(kind)
        return self._unknown(kind) if usual is None else usual

    def _usual(self, kinds: Iterable[str]) -> float | None:
        """The mean of what was measured of these kinds."""
        known: list[float] = []
        for kind in kinds:
            took = self._took.get(kind, [])
            known += [seconds for _, seconds in took]
        if not known:
            return None
        return sum(known) / len(known)

    def _slower(self, kind: str) -> float:
        """How many times longer builds of a kind took than their steps tell."""
        measured = 0.0
        modelled = 0.0
        for version, seconds in self._took.get(kind, []):
            measured += seconds
            modelled += self._told(version, kind) or 0.0

        if not modelled:
            return 1.0
        share = measured / modelled
        least = 1 / _FURTHEST
        return min(max(share, least), _FURTHEST)

    def _unknown(self, kind: str) -> float:
        """Where no step tells: as long as a build from nothing, if it is a rebuild."""
        if kind in _UNKNOWN:
            return _UNKNOWN[kind]
        from_nothing = self._usual(FIRST_BUILDS)
        return _UNKNOWN["nothing"] if from_nothing is None else from_nothing

    def _told(self, version: str, kind: str) -> float | None:
        """What the steps tell of a build; None of what is none, and where they tell nothing."""
        redone = self._redone.get(version)
        around = self._around
        if redone is None or around is None or kind not in redone.missed:
            return None

        times = self._times_of(version, redone)
        of_steps = _path(redone, kind, times)
        # What has fewer new layers takes less to write
        share = 0.0
        if around.steps:
            share = min(of_steps / around.steps, 1.0)
        return around.rest + of_steps + share * around.writing

    def _times_of(self, version: str, redone: RedoneSteps) -> Times:
        known = self._times.get(version)
        if known is not None:
            return known
        first = self._first
        assert first is not None
        [times, *_] = self._times.values()
        return carry_over(times, first, redone.build)


def _path(redone: RedoneSteps, kind: str, times: Times) -> float:
    """Seconds of the instructions that a build carries out, stages side by side."""
    seconds = [times.of_line(step.line) for step in redone.steps]
    return critical_path(redone.missed[kind], redone.steps, seconds)
