"""How far a proof has come, and how long the rest will take: from what was measured so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.measured import StepTime
from lightship.record import record
from lightship.wording.durations import duration

READING, RUN = "reading", "run"
# Seconds of what was not measured yet: a rebuild that finds all, a run, a look at an image
_UNKNOWN = {"nothing": 1.0, RUN: 2.0, READING: 2.0}
_TAKING = ("COPY ", "ADD ")


@record(eq=False, frozen=False)
class RemainingWork:
    """What is planned and not started yet, and the seconds of what is done, by kind.

    `planned` has the kinds by the keys of the journal. `begun` counts what was started; nothing is
    told where nothing was planned.
    """

    planned: dict[str, str] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=dict)
    begun: int = 0
    # Of the first cold build: what a rebuild after an edit will do again, in seconds
    again: dict[str, float] = field(default_factory=dict)
    # Seconds for which a program is looked at in its first run
    settle: float = 0.0

    def plan(
        self,
        asked: MeasurePlan,
        sides: Iterable[str],
        parts: Iterable[str] = (),
    ) -> None:
        """Both versions in all rounds, and each part of the change once, by their keys."""
        of_round = kinds_of(asked)
        self.settle = asked.running.settle if asked.running is not None else 0.0
        of_part = [kind for kind in of_round if kind != "nothing"]
        for side in sides:
            for number in range(asked.runs):
                self._plan(side, of_round, number)
        for part in parts:
            self._plan(part, of_part, 0)
        for version in (*sides, *parts):
            self._plan(version, (READING,), 0)

    def _plan(self, version: str, kinds: Iterable[str], number: int) -> None:
        for kind in kinds:
            self.planned[f"{version} {kind} {number}"] = kind

    def skip(self, key: str) -> None:
        """It is known already."""
        self.planned.pop(key, None)

    def begin(self, key: str) -> str:
        """What stands before the words of a measurement: `3 of 16, about 40 s left: `."""
        if not self.planned and not self.begun:
            return ""
        left = self.left() if self.took else 0.0
        self.begun += 1
        self.skip(key)
        total = self.begun + len(self.planned)
        about = f", about {duration(left)} left" if left else ""
        count = f"{self.begun} of {total}"
        return f"{count}{about}: "

    def end(self, kind: str, seconds: float, steps: Iterable[StepTime] = ()) -> None:
        """What one measurement took."""
        of_kind = self.took.setdefault(kind, [])
        of_kind.append(seconds)
        if kind == "cold" and not self.again:
            self.again = _rebuilt(list(steps))

    def left(self) -> float:
        """Seconds that the rest will take, as far as one can tell."""
        return sum(map(self._expected, self.planned.values()))

    def _expected(self, kind: str) -> float:
        known = self.took.get(kind)
        if known:
            return sum(known) / len(known)
        if kind == RUN:
            return _UNKNOWN[RUN] + self.settle
        if kind in _UNKNOWN:
            return _UNKNOWN[kind]
        # A rebuild after an edit: what finds all, and what it has to do again
        again = self.again.get(kind, 0.0)
        return again + _UNKNOWN["nothing"]


def kinds_of(asked: MeasurePlan) -> list[str]:
    """What one round measures of one version."""
    edits = {"edit": asked.edit, "dependency": asked.dependency}
    kinds = ["cold" if asked.cold else "warm"]
    # A rebuild after an edit is made only where it is known which file to edit
    known = ["nothing", *filter(edits.get, edits)]
    kinds += [kind for kind in asked.scenarios if kind in known]
    if asked.running is not None:
        kinds.append(RUN)
    return kinds


def _rebuilt(steps: list[StepTime]) -> dict[str, float]:
    """Seconds of the steps that an edit makes a builder do again.

    The sources come with the last COPY, what names dependencies with the first.
    """
    takes = [number for number, step in enumerate(steps) if _takes(step)]
    if not takes:
        return {}
    return {
        "edit": _seconds(steps[takes[-1] :]),
        "dependency": _seconds(steps[takes[0] :]),
    }


def _seconds(steps: Iterable[StepTime]) -> float:
    return sum(step.seconds for step in steps)


def _takes(step: StepTime) -> bool:
    """Whether a step takes files of the build context."""
    _, _, instruction = step.name.partition("] ")
    return instruction.startswith(_TAKING) and "--from=" not in instruction
