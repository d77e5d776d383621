"""Changes that pay, found by building and running sets of them.

`proof.candidate_search` asks which sets, and this measures them, each once, within a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import field

from lightship.bench.bench import Bench
from lightship.bench.set_trials import Compose, Folder, SetTrials
from lightship.cache.plan.plan import Side
from lightship.proof.candidate_search import (
    CandidateSearch,
    SearchCandidate,
    SearchTrial,
    TrialAnswer,
    TrialKind,
    TrialResult,
)
from lightship.proof.change_parts import changed_lines
from lightship.proof.paying import gain
from lightship.proof.proof import ChangeShare, Weights
from lightship.record import record


@record
class NamedCandidate:
    """A change that may be tried: what people read of it, and the rule whose fix it is, if any."""

    candidate: SearchCandidate
    title: str
    rule: str = ""

    @property
    def key(self) -> str:
        return self.candidate.key


@record(eq=False, frozen=False)
class Improvement:
    """What came of it so far: the best version, and what its changes did.

    `notes` say why others were dropped, and what there was no time for; `tried` is how many
    versions were built, the first one too.
    """

    start: Side
    after: Side
    shares: list[ChangeShare] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tried: int = 0


def search(
    improvement: Improvement,
    candidates: Sequence[NamedCandidate],
    compose: Compose,
    bench: Bench,
    folder: Folder,
    budget: float,
    weights: Weights,
) -> None:
    """Find the changes that pay, in about `budget` seconds.

    `compose` makes a version of a set of their keys. `improvement` has at each moment what is kept,
    also where this is interrupted. An EngineError where no engine is.
    """
    end = time.monotonic() + budget
    trials = SetTrials(compose, bench, folder, end, weights)
    found = CandidateSearch([each.candidate for each in candidates])
    told = _SearchReport(improvement, candidates, found, trials)
    told.update()
    questions = found.trials()
    answer: TrialAnswer | None = None
    while True:
        try:
            trial = next(questions) if answer is None else questions.send(answer)
        except StopIteration:
            break
        told.update()
        known = trials.measurements
        answer = trials.answer(trial)
        if trials.measurements > known:
            told.say(trial, answer)
    told.finish()


class _SearchReport:
    """Keeps an Improvement as the search has it, and says on the way what came of each trial."""

    def __init__(
        self,
        improvement: Improvement,
        candidates: Sequence[NamedCandidate],
        found: CandidateSearch,
        trials: SetTrials,
    ) -> None:
        self._improvement = improvement
        self._named = {each.key: each for each in candidates}
        self._found = found
        self._trials = trials

    def update(self) -> None:
        """Write down what is kept so far."""
        improvement = self._improvement
        improvement.tried = self._trials.number
        improvement.after = self._trials.side(self._found.best)
        named = [self._named[key] for key in self._found.kept]
        improvement.shares[:] = [ChangeShare(each.title, each.rule) for each in named]

    def finish(self) -> None:
        """Write down what is kept and what it did, what is not, and why."""
        self.update()
        self._improvement.shares[:] = map(self._share, self._found.kept)
        self._improvement.notes[:] = self._notes()

    def say(self, trial: SearchTrial, answer: TrialAnswer) -> None:
        """Tell what came of a trial."""
        is_check = trial.kind is TrialKind.CHECK
        if is_check or answer.result is TrialResult.UNTRIED:
            return
        changed = trial.after - trial.before
        titles = [each.title for key, each in self._named.items() if key in changed]
        name = titles[0] if len(titles) == 1 else f"{len(titles)} changes at once"
        is_added = trial.kind is TrialKind.ADD
        what = f"with {name}" if is_added else f"without {name}"
        self._trials.say(f"{what}: {_outcome(trial, answer)}")

    def _share(self, key: str) -> ChangeShare:
        """What a change did, where it was tried by itself, and which lines it changed."""
        named = self._named[key]
        best = self._found.best
        without = self._trials.side(best - {key})
        lines = changed_lines(without, self._trials.side(best))
        trial = self._found.alone.get(key)
        change = self._trials.change(trial) if trial is not None else None
        figures = change.differing if change is not None else ()
        return ChangeShare(named.title, named.rule, figures, lines=lines)

    def _notes(self) -> Iterator[str]:
        yield from self._of_kept()
        for key, named in self._named.items():
            if key in self._found.dropped:
                yield f"{named.title}: dropped, {self._found.dropped[key].why}"
        if not self._trials.is_late:
            return
        titles = [self._named[key].title for key in self._found.untried]
        for title in titles:
            yield f"{title}: not tried: the time was used up"

    def _of_kept(self) -> Iterator[str]:
        """What a table of figures does not say of what is kept."""
        for key in self._found.kept:
            title = self._named[key].title
            trial = self._found.alone.get(key)
            change = self._trials.change(trial) if trial is not None else None
            if change is None:
                yield f"{title}: kept with the others, not tried by itself"
            elif not change.differing:
                yield f"{title}: kept, {gain(change)}"


def _outcome(trial: SearchTrial, answer: TrialAnswer) -> str:
    if trial.kind is TrialKind.ADD:
        return f"it pays, {answer.why}" if answer.pays else answer.why
    if answer.pays:
        return f"worse, with it {answer.why}"
    return f"nothing is lost, {answer.why}"
