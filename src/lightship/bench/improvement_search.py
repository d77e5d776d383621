"""Changes that pay: made one upon the other, each built and run.

Those that break something or gain nothing are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import field, replace

from lightship.bench.bench import Bench
from lightship.bench.materials import write
from lightship.bench.version import Version
from lightship.cache.plan.plan import Side
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule import Practice, Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.proof.change_parts import ChangePart, changed_lines, with_files
from lightship.proof.judging import MeasuredChange
from lightship.proof.paying import gain, hinges_on_time, loss
from lightship.proof.proof import (
    ChangeShare,
    VerdictKind,
)
from lightship.record import record

Folder = Callable[[str], str]  # a name -> a new directory of our own
# Further candidates for a state: of the cache's advice
More = Callable[[Side], Iterator[ChangePart]]

# What a proof can tell
_MEASURED = (Practice.SIZE, Practice.SECURITY, Practice.PERFORMANCE)
_NOTHING = f"{VerdictKind.SAME}:"
_ROOM = 1.5  # how many times as long as the longest so far the next may take


@record(eq=False, frozen=False)
class Improvement:
    """What came of it so far: the best version, and what its changes did.

    `notes` say why others were dropped.
    """

    start: Side
    after: Side
    shares: list[ChangeShare] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tried: int = 0


def search(
    improvement: Improvement,
    bench: Bench,
    folder: Folder,
    budget: float,
    more: More,
) -> None:
    """Try every fix of lint, then what `more` gives, then the rest, for about `budget` seconds.

    `improvement` has at each moment what is kept, also where this is interrupted. An EngineError
    where no engine is.
    """
    end = time.monotonic() + budget
    warm = bench.warm(budget)
    trials = _TrialSearch(improvement, warm, folder, end)
    trials.each(fixes)
    trials.each(more)
    trials.rest()


def fixes(side: Side, without: Collection[str] = ()) -> Iterator[ChangePart]:
    """The fixes of each rule for this state, first those whose gain a proof can tell."""
    rules = _rules(without)
    measured = [rule for rule in rules if rule.practice in _MEASURED]
    unmeasured = [rule for rule in rules if rule.practice not in _MEASURED]
    for rule in (*measured, *unmeasured):
        part = _made(side, (rule,))
        if part is not None:
            yield part


def _rules(without: Collection[str]) -> list[Rule]:
    defaults = [rule for rule in all_rules() if rule.default]
    return [rule for rule in defaults if rule.id not in without]


def _made(side: Side, rules: Collection[Rule], title: str = "") -> ChangePart | None:
    """What fixes of these rules make of a state; None where they change nothing."""
    selection = RuleSelection(tuple(rules))
    done = fix(side.build, selection, UNSAFE)
    if not done.applied:
        return None

    after = with_files(side, done.text, done.files)
    first = done.applied[0]
    ids = {applied.rule for applied in done.applied}
    only_rule = first.rule if len(ids) == 1 else ""
    return ChangePart(title or first.message, after, only_rule)


class _TrialSearch:
    """Measures candidates, each under a name of its own, until the time is up."""

    def __init__(
        self,
        improvement: Improvement,
        bench: Bench,
        folder: Folder,
        end: float,
    ) -> None:
        self._improvement = improvement
        self._bench = bench
        self._folder = folder
        self._end = end
        self._longest = 0.0  # seconds of a trial
        # Rules whose fixes break something, or make it worse
        self._bad: set[str] = set()
        # Those that do nothing by themselves
        self._idle: set[str] = set()
        # Those for which there was no time
        self._waiting: set[str] = set()
        self._number = 0
        self._now = self._version(improvement.start, "as it is")

    def each(self, make: More) -> None:
        """Try what `make` gives, again for each state."""
        seen = {share.rule or share.title for share in self._improvement.shares}
        seen |= self._bad | self._idle | self._waiting
        queue = list(make(self._now.side))
        while queue:
            part = queue.pop(0)
            key = part.rule or part.title
            if key in seen:
                continue
            seen.add(key)
            if not self._has_time():
                self._waiting.add(key)
                self._note(f"{part.title}: not tried by itself: time ran out")
                continue
            if self._is_kept(part):
                queue = list(make(self._now.side))

    def rest(self) -> None:
        """All fixes that are left and harmed nothing: some do nothing without one another."""
        left = self._idle | self._waiting
        is_late = time.monotonic() > self._end
        if is_late or len(left) < 2:
            return
        rules = _rules(self._bad)
        part = _made(self._now.side, rules, "All other fixes at once")
        if part is not None and not part.rule:
            self._is_kept(part)

    def _has_time(self) -> bool:
        """Whether there is time for one more, which may take somewhat longer than the longest."""
        needed = _ROOM * self._longest
        return time.monotonic() + needed <= self._end

    def _note(self, text: str) -> None:
        self._improvement.notes.append(text)

    def _is_kept(self, part: ChangePart) -> bool:
        start = time.monotonic()
        self._improvement.tried += 1
        version = self._version(part.side, part.title)
        trial = self._tried(version)
        seconds = time.monotonic() - start
        self._longest = max(self._longest, seconds)

        why_not = loss(trial)
        if why_not:
            self._drop(part, why_not)
            return False
        self._keep(part, version, trial)
        return True

    def _drop(self, part: ChangePart, why: str) -> None:
        does_nothing = why.startswith(_NOTHING)
        rules = self._idle if does_nothing else self._bad
        rules.add(part.rule or part.title)
        self._note(f"{part.title}: dropped, {why}")
        self._bench.say(f"dropped: {part.title}: {why}")

    def _keep(self, part: ChangePart, version: Version, trial: MeasuredChange) -> None:
        lines = changed_lines(self._now.side, part.side)
        share = ChangeShare(part.title, part.rule, trial.differing, lines=lines)
        self._improvement.shares.append(share)
        self._improvement.after = part.side
        self._now = version

        gained = gain(trial)
        if not share.figures:  # then a table of figures does not say why it is there
            self._note(f"{part.title}: kept, {gained}")
        self._bench.say(f"kept: {part.title}: {gained}")

    def _version(self, side: Side, name: str) -> Version:
        key = self._key()
        folder = self._folder(key)
        material = write(side, name, folder)
        return Version(key, side, material)

    def _tried(self, after: Version) -> MeasuredChange:
        """The state as it is, and the one after a change.

        Where times alone decide, the state before is measured again, since the machine may have had
        other things to do then; where times still speak against the change, both are
        measured again.
        """
        trial = self._compared(self._bench, after)
        if not hinges_on_time(trial):
            return trial
        self._now = replace(self._now, key=self._key())
        trial = self._compared(self._bench, after)
        if loss(trial) and hinges_on_time(trial):
            two_rounds = self._bench.rounds(2)
            return self._compared(two_rounds, after)
        return trial

    def _compared(self, bench: Bench, after: Version) -> MeasuredChange:
        old, new = bench.both(self._now, after)
        return MeasuredChange.of(old, new)

    def _key(self) -> str:
        self._number += 1
        return f"try{self._number}"
