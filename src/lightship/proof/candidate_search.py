"""Which of many changes are kept: all at once first, then without each of them.

The search asks questions, each whether it pays to go from one set of changes to another, and is
told the answers. So it knows nothing of engines and clocks, and can stop after any answer: `best`
is always a set that was tried and pays.

1. All changes of a tier are made at once. Where that breaks or does not pay, halves of them are.
2. What was dropped is tried again on what came of it, since changes need and hinder one another.
3. Of what is kept each change is left out: where nothing is lost without it, it goes.
4. Other cures for what is kept take their place, where that pays.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from enum import StrEnum

from lightship.record import record

Keys = frozenset[str]
NONE: Keys = frozenset()


class TrialResult(StrEnum):
    """What an answer says of going from one set to another."""

    PAYS = "pays"
    NOTHING = "nothing"  # no difference
    LOSES = "loses"
    BREAKS = "breaks"
    UNTOLD = "untold"  # nobody can tell
    UNTRIED = "untried"  # there was no time


@record
class SearchCandidate:
    """A change that can be made, by its key.

    Those of a lower `tier` are made first. `cures` names what it is a cure for, where there are
    several cures: of these a set has one at most, and the first of them is tried first.
    `is_doubtful` says that it probably brings nothing that can be measured, `is_simpler` that it
    only takes something out, so that it stays where nothing is lost by it.
    """

    key: str
    tier: int = 0
    cures: str = ""
    is_doubtful: bool = False
    is_simpler: bool = False


class TrialKind(StrEnum):
    """Whether changes are added, or some are left out; or what is known already is compared."""

    ADD = "add"
    LEAVE_OUT = "leave out"
    CHECK = "check"


@record
class SearchTrial:
    """Does it pay to go from the changes `before` to the changes `after`?"""

    before: Keys
    after: Keys
    kind: TrialKind = TrialKind.ADD


@record
class TrialAnswer:
    """The answer, and why, in a sentence."""

    result: TrialResult
    why: str = ""

    @property
    def pays(self) -> bool:
        return self.result is TrialResult.PAYS

    @property
    def is_loss(self) -> bool:
        """Whether it is known that it does not pay."""
        return self.result not in (*_UNKNOWN, TrialResult.PAYS)


_UNKNOWN = (TrialResult.UNTOLD, TrialResult.UNTRIED)
_OTHER = "another cure pays more"
Trials = Generator[SearchTrial, TrialAnswer, None]


class CandidateSearch:
    """The state of a search; `trials` asks, and is sent the answers.

    `dropped` says of each change that is not kept why; `alone` are those that were judged by
    themselves, with the two sets that were compared.
    """

    def __init__(self, candidates: Sequence[SearchCandidate]) -> None:
        self._candidates = {each.key: each for each in candidates}
        self.best: Keys = NONE
        self.dropped: dict[str, TrialAnswer] = {}
        self.alone: dict[str, SearchTrial] = {}

    @property
    def kept(self) -> tuple[str, ...]:
        """The changes of the best set, in order."""
        return tuple(key for key in self._candidates if key in self.best)

    @property
    def untried(self) -> tuple[str, ...]:
        """Those of which nothing is known, but for other cures of what is kept."""
        known = self.best | self.dropped.keys()
        cured = {self._candidates[key].cures for key in self.best}
        return tuple(
            key
            for key, candidate in self._candidates.items()
            if key not in known
            and (not candidate.cures or candidate.cures not in cured)
        )

    def trials(self) -> Trials:
        """Ask until nothing is left that might pay."""
        first = self._first_cures()
        for tier in sorted({candidate.tier for candidate in self._candidates.values()}):
            batch = [key for key in first if self._candidates[key].tier == tier]
            yield from self._add(batch)
        yield from self._again()

        best = self.best
        yield from self._leave_out()
        yield from self._other_cures()
        if self.best != best:
            yield from self._again()

    def _first_cures(self) -> list[str]:
        """One candidate for each thing to cure, in order."""
        chosen: dict[str, str] = {}
        for key, candidate in self._candidates.items():
            chosen.setdefault(candidate.cures or f"\0{key}", key)
        return list(chosen.values())

    def _add(self, keys: Sequence[str]) -> Trials:
        """Add all, or halves of them where that does not pay."""
        waiting = [list(keys)]
        while waiting:
            batch = waiting.pop()
            if not batch:
                continue
            trial = SearchTrial(self.best, self.best.union(batch))
            answer = yield trial
            if answer.pays:
                self._keep(trial, batch)
            elif answer.result is TrialResult.NOTHING or len(batch) == 1:
                self._drop(trial, batch, answer)
            elif answer.is_loss:
                # The first half is tried before the second
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]

    def _again(self) -> Trials:
        """Try what was dropped on what is kept now, until that brings nothing more."""
        for _round in range(len(self._candidates)):
            best = self.best
            yield from self._together_again()
            for key in self._dropped_now():
                trial = SearchTrial(self.best, self.best | {key})
                answer = yield trial
                if answer.pays:
                    self._keep(trial, [key])
                elif answer.is_loss:
                    self._drop(trial, [key], answer)
            if self.best == best:
                return

    def _together_again(self) -> Trials:
        """All that broke nothing at once: some do nothing without one another."""
        broken = TrialResult.BREAKS
        harmless = [
            key for key in self._dropped_now() if self.dropped[key].result is not broken
        ]
        if len(harmless) > 1:
            trial = SearchTrial(self.best, self.best.union(harmless))
            answer = yield trial
            if answer.pays:
                self._keep(trial, harmless)

    def _dropped_now(self) -> list[str]:
        """What was dropped, and is not another cure for what is kept."""
        cured = {self._candidates[key].cures for key in self.best}
        return [
            key
            for key in self._candidates
            if key in self.dropped
            and (self._candidates[key].cures or None) not in cured
        ]

    def _leave_out(self) -> Trials:
        """Leave out what brings nothing: all that is doubtful at once, then each, the last first.

        What comes first in a list of candidates needs the test least.
        """
        whole = self.best
        doubtful = [key for key in self.kept if self._candidates[key].is_doubtful]
        others = [key for key in self.kept if key not in doubtful]
        waiting = [[key] for key in others]
        waiting.append(doubtful)
        while waiting:
            batch = waiting.pop()
            without = self.best.difference(batch)
            if not batch or not without:
                continue
            trial = SearchTrial(without, self.best, TrialKind.LEAVE_OUT)
            answer = yield trial
            if len(batch) == 1 and self._stays(batch[0], answer):
                self.alone[batch[0]] = trial
            elif answer.is_loss and (yield from self._is_as_good(without, whole)):
                self._drop(trial, batch, answer)
                self.best = without
            elif len(batch) > 1 and answer.result is not TrialResult.UNTRIED:
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]

    def _stays(self, key: str, answer: TrialAnswer) -> bool:
        """Whether a change stays, by what is lost without it."""
        is_nothing = answer.result is TrialResult.NOTHING
        return answer.pays or (is_nothing and self._candidates[key].is_simpler)

    def _is_as_good(
        self, keys: Keys, whole: Keys
    ) -> Generator[SearchTrial, TrialAnswer, bool]:
        """Whether a set pays, and loses nothing against all that was kept at once.

        Many differences, each too small to count, may be one that does.
        """
        from_start = yield SearchTrial(NONE, keys, TrialKind.CHECK)
        to_whole = yield SearchTrial(keys, whole, TrialKind.CHECK)
        return from_start.pays and to_whole.is_loss

    def _other_cures(self) -> Trials:
        """Put other cures in the place of those that are kept, or were dropped."""
        first = self._first_cures()
        for key, candidate in self._candidates.items():
            if key in first or key in self.best:
                continue
            rivals = self._cures_of(candidate.cures)
            trial = SearchTrial(self.best, self.best.difference(rivals) | {key})
            answer = yield trial
            if answer.pays:
                for rival in self.best.intersection(rivals):
                    self._drop(trial, [rival], TrialAnswer(TrialResult.LOSES, _OTHER))
                self._keep(trial, [key])
            elif answer.is_loss:
                self._drop(trial, [key], answer)

    def _cures_of(self, what: str) -> list[str]:
        rows = self._candidates.items()
        return [key for key, candidate in rows if candidate.cures == what]

    def _keep(self, trial: SearchTrial, keys: Collection[str]) -> None:
        self.best = trial.after
        for key in keys:
            self.dropped.pop(key, None)
            self.alone.pop(key, None)
        self._note(trial, keys)

    def _drop(
        self, trial: SearchTrial, keys: Collection[str], answer: TrialAnswer
    ) -> None:
        if answer.result is TrialResult.UNTRIED:
            return
        self.dropped.update(dict.fromkeys(keys, answer))
        self._note(trial, keys)

    def _note(self, trial: SearchTrial, keys: Collection[str]) -> None:
        if len(keys) == 1:
            self.alone.update(dict.fromkeys(keys, trial))
