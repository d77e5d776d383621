"""Sets of changes, each built and run once, and compared as a search asks.

One build and one run tell sizes and facts. Rebuilds are made only where these do not decide, or
where a set grows; times are measured again only where times alone decide.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from hashlib import sha256

from lightship.bench.bench import Bench
from lightship.bench.materials import write
from lightship.bench.version import Version
from lightship.cache.plan.plan import Side
from lightship.docker.proof_builds import STOPPED
from lightship.proof.candidate_search import (
    Keys,
    SearchTrial,
    TrialAnswer,
    TrialKind,
    TrialResult,
)
from lightship.proof.judging import MeasuredChange
from lightship.proof.measure_plan import Running
from lightship.proof.measured import Measured
from lightship.proof.paying import gain, hinges_on_time, loss
from lightship.proof.proof import VerdictKind, Weights
from lightship.proof.trial_times import TrialDepth, TrialTimes
from lightship.record import record

Folder = Callable[[str], str]  # a name -> a new directory of our own


@record(eq=False)
class ComposedSide:
    """A version made of changes: `files` are the new texts of files beside its Dockerfile."""

    side: Side
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for the same Dockerfile and files."""
        text = self.side.build.dockerfile.text
        files = sorted(self.files.items())
        told = json.dumps([text, files])
        data = told.encode("utf-8", "surrogatepass")
        return sha256(data).hexdigest()


Compose = Callable[[Keys], ComposedSide]  # the version with these changes

_REBUILDS = ("edit", "dependency")
_MOST = 3  # rounds of a time that decides
_FIRST_ATTEMPT = 2  # the number of the first change
_LEAST_PATIENCE = 60.0  # seconds for which it is waited for
# A version that starts takes no longer than that, and so many times what the first one takes
_LEAST_START = 15.0
_SLOWER_START = 5
_RESULTS = {
    VerdictKind.BROKEN: TrialResult.BREAKS,
    VerdictKind.UNKNOWN: TrialResult.UNTOLD,
    VerdictKind.SAME: TrialResult.NOTHING,
}
_UNTRIED = TrialAnswer(TrialResult.UNTRIED, "the time was used up")
_SAME = TrialAnswer(TrialResult.NOTHING, "it changes nothing")


class SetTrials:
    """Versions by the sets of changes that make them, measured until `end`.

    `number` is how many were built; `is_late` tells whether one was not, since the time was used
    up.
    """

    def __init__(
        self,
        compose: Compose,
        bench: Bench,
        folder: Folder,
        end: float,
        weights: Weights,
    ) -> None:
        self._compose = compose
        self._bench = bench
        self._folder = folder
        self._end = end
        self._weights = weights
        self._times = TrialTimes()
        self._composed: dict[Keys, ComposedSide] = {}
        self._names_of: dict[Keys, str] = {}
        self._versions: dict[str, Version] = {}
        self._measured: set[tuple[str, TrialDepth]] = set()
        self._changes: dict[tuple[str, str], MeasuredChange] = {}
        self._start: float | None = None  # seconds until the first answer, at most
        self.number = 0
        self.is_late = False

    @property
    def measurements(self) -> int:
        """How often something was measured so far."""
        return len(self._measured)

    def say(self, text: str) -> None:
        """Tell the user how the search goes on."""
        self._bench.run.say(text)

    def side(self, keys: Keys) -> Side:
        """The version with these changes."""
        return self._of(keys).side

    def change(self, trial: SearchTrial) -> MeasuredChange | None:
        """What was measured for a trial; None where nothing was."""
        return self._changes.get(self._names(trial))

    def answer(self, trial: SearchTrial) -> TrialAnswer:
        """Whether it pays, as far as there is time to tell."""
        before, after = self._names(trial)
        if before == after:
            return _SAME
        if not self._has_time(trial, TrialDepth.FACTS):
            return self._late()

        change = self._compared(trial, TrialDepth.FACTS)
        if _is_cut_short(change):
            return self._late()
        answer = self._judged(change)
        if answer.result in (TrialResult.BREAKS, TrialResult.UNTOLD):
            return answer
        is_told = answer.pays and trial.kind is not TrialKind.ADD
        if is_told or trial.kind is TrialKind.CHECK or _is_same_build(change):
            return answer
        if not self._has_time(trial, TrialDepth.TIMES):
            # Sizes and facts may decide without times; what they do not decide stays open
            return answer if answer.pays else self._late()
        return self._timed(trial, change)

    def _timed(self, trial: SearchTrial, facts: MeasuredChange) -> TrialAnswer:
        """The answer with the times of rebuilds, measured again where they alone decide."""
        change = self._compared(trial, TrialDepth.TIMES)
        if _is_cut_short(change):
            self._changes[self._names(trial)] = facts
            answer = self._judged(facts)
            return answer if answer.pays else self._late()
        if hinges_on_time(change, self._weights) or loss(change, self._weights):
            change = self._compared(trial, TrialDepth.TIMES, most=_MOST)
        return self._judged(change)

    def _judged(self, change: MeasuredChange) -> TrialAnswer:
        why_not = loss(change, self._weights)
        if not why_not:
            return TrialAnswer(TrialResult.PAYS, gain(change))
        result = _RESULTS.get(change.verdict.kind, TrialResult.LOSES)
        return TrialAnswer(result, why_not)

    def _late(self) -> TrialAnswer:
        self.is_late = True
        return _UNTRIED

    def _has_time(self, trial: SearchTrial, depth: TrialDepth) -> bool:
        """Whether what is not known yet can be measured in time.

        The first change is always tried, however short the time: a search that tries nothing is of
        no use.
        """
        unknown = 0
        for name in self._names(trial):
            if (name, depth) not in self._measured:
                unknown += 1

        is_first = self.number <= 1
        if not unknown or is_first:
            return True
        needed = unknown * self._times.predicted(depth)
        return time.monotonic() + needed <= self._end

    def _compared(
        self, trial: SearchTrial, depth: TrialDepth, most: int = 0
    ) -> MeasuredChange:
        """Both versions measured, each of them once, and where times decide up to `most` times."""
        before = self._measure(trial.before, depth)
        after = self._measure(trial.after, depth)
        bench = self._of_depth(depth, most)
        old, new = bench.both(before, after)
        change = MeasuredChange.of(old, new, bench.asked.looks)
        self._changes[self._names(trial)] = change
        return change

    def _measure(self, keys: Keys, depth: TrialDepth) -> Version:
        """A version that was measured; the bench keeps what came of it."""
        name = self._name(keys)
        version = self._versions.get(name) or self._version(keys)
        if (name, depth) in self._measured:
            return version

        start = time.monotonic()
        bench = self._of_depth(depth)
        measured = bench.alone(version)
        self._measured.add((name, depth))
        took = time.monotonic() - start
        self._note(measured, depth, took)
        return version

    def _version(self, keys: Keys) -> Version:
        """A version on the disk, under a name of its own."""
        self.number += 1
        key = f"try{self.number}"
        title = f"version {self.number}" if keys else "as it is"
        side = self.side(keys)
        material = write(side, title, self._folder(key))
        version = Version(key, side, material)
        self._versions[self._name(keys)] = version
        return version

    def _of(self, keys: Keys) -> ComposedSide:
        if keys not in self._composed:
            self._composed[keys] = self._compose(keys)
        return self._composed[keys]

    def _name(self, keys: Keys) -> str:
        if keys not in self._names_of:
            self._names_of[keys] = self._of(keys).digest
        return self._names_of[keys]

    def _names(self, trial: SearchTrial) -> tuple[str, str]:
        return self._name(trial.before), self._name(trial.after)

    def _note(self, measured: Measured, depth: TrialDepth, seconds: float) -> None:
        """Learn from what a version took how long the next one will."""
        if self.number > 1:
            self._times.took(depth, seconds)
            return
        self._times.of_baseline(measured, depth, seconds)
        starts = [run.start for run in measured.runs if run.start is not None]
        if starts:
            self._start = max(_LEAST_START, _SLOWER_START * starts[0])

    def _of_depth(self, depth: TrialDepth, most: int = 0) -> Bench:
        """The bench by the plan of one trial, in the time that is left."""
        left = max(self._end - time.monotonic(), 0.0)
        scenarios = _REBUILDS if depth is TrialDepth.TIMES else ()
        plan = replace(
            self._bench.asked,
            runs=1,
            most=most,
            cold=False,
            scenarios=scenarios,
            patience=self._patience(left, len(scenarios)),
            running=self._running(),
        )
        return self._bench.trial(plan, further=left)

    def _patience(self, left: float, rebuilds: int) -> float:
        """How long one build may take; the version as it is takes what it takes."""
        asked = self._bench.asked.patience
        if self.number <= 1:
            return asked
        least = 0.0
        if self.number == _FIRST_ATTEMPT:
            least = _LEAST_PATIENCE
        share = left / max(rebuilds, 1)
        return min(asked, max(share, least))

    def _running(self) -> Running | None:
        """How versions are run: none is waited for much longer than the first one took."""
        running = self._bench.asked.running
        if running is None or self._start is None:
            return running
        patience = min(running.patience, self._start)
        return replace(running, patience=patience)


def _is_cut_short(change: MeasuredChange) -> bool:
    """Whether a build was stopped, for which there was not enough time."""
    errors = (change.before.build_error, change.after.build_error)
    return any(error.startswith(STOPPED) for error in errors)


def _is_same_build(change: MeasuredChange) -> bool:
    """Whether a builder does the same for both, so that no time of it differs."""
    before = change.before.work.build
    return bool(before) and before == change.after.work.build
