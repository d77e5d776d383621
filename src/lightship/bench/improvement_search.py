"""Changes that pay: made one upon the other, each built and run.

Those that break something or gain nothing are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import field, replace

from lightship.bench.bench import Bench, Version
from lightship.bench.materials import write
from lightship.cache.plan.plan import Side
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule import Practice, Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.proof.change_parts import ChangePart, changed_lines, with_files
from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.paying import gain, hinges_on_time, loss
from lightship.proof.proof import (
    ChangeShare,
    Effect,
    Fact,
    Figure,
    Measured,
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
    improvement: Improvement, bench: Bench, folder: Folder, budget: float, more: More
) -> None:
    """Try every fix of lint, then what `more` gives, then the rest, for about `budget` seconds.

    `improvement` has at each moment what is kept, also where this is interrupted. An EngineError
    where no
    engine is.
    """
    end = time.monotonic() + budget
    trial = _TrialSearch(improvement, bench.warm(budget), folder, end)
    trial.each(fixes)
    trial.each(more)
    trial.rest()


def fixes(side: Side, without: Collection[str] = ()) -> Iterator[ChangePart]:
    """The fixes of each rule for this state, first those whose gain a proof can tell."""
    rules = _rules(without)
    for rule in sorted(rules, key=lambda rule: rule.practice not in _MEASURED):
        if (part := _made(side, (rule,))) is not None:
            yield part


def _rules(without: Collection[str]) -> list[Rule]:
    return [rule for rule in all_rules() if rule.default and rule.id not in without]


def _made(side: Side, rules: Collection[Rule], title: str = "") -> ChangePart | None:
    """What fixes of these rules make of a state; None where they change nothing."""
    done = fix(side.build, RuleSelection(tuple(rules)), UNSAFE)
    if not done.applied:
        return None
    first = done.applied[0]
    several = any(applied.rule != first.rule for applied in done.applied)
    after = with_files(side, done.text, done.files)
    return ChangePart(title or first.message, after, "" if several else first.rule)


@record(eq=False)
class _Trial:
    """Two versions, measured and compared."""

    before: Measured
    after: Measured
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]

    @property
    def loss(self) -> str:
        """Why the change does not pay."""
        return loss(self.before, self.after, self.figures, self.facts)

    @property
    def gain(self) -> str:
        return gain(self.before, self.after, self.figures, self.facts)

    @property
    def hinges_on_time(self) -> bool:
        return hinges_on_time(self.before, self.after, self.figures, self.facts)

    @property
    def changed(self) -> tuple[Figure, ...]:
        """The figures that the change made better or worse."""
        effects = (Effect.BETTER, Effect.WORSE)
        return tuple(row for row in self.figures if row.change in effects)


class _TrialSearch:
    """Measures candidates, each under a name of its own, until the time is up."""

    def __init__(
        self, improvement: Improvement, bench: Bench, folder: Folder, end: float
    ) -> None:
        self._improvement = improvement
        self._bench, self._folder, self._end = bench, folder, end
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
            elif self._is_kept(part):
                queue = list(make(self._now.side))

    def rest(self) -> None:
        """All fixes that are left and harmed nothing: some do nothing without one another."""
        if time.monotonic() > self._end or len(self._idle | self._waiting) < 2:
            return
        part = _made(self._now.side, _rules(self._bad), "All other fixes at once")
        if part is not None and not part.rule:
            self._is_kept(part)

    def _has_time(self) -> bool:
        """Whether there is time for one more, which may take somewhat longer than the longest."""
        return time.monotonic() + _ROOM * self._longest <= self._end

    def _note(self, text: str) -> None:
        self._improvement.notes.append(text)

    def _is_kept(self, part: ChangePart) -> bool:
        start = time.monotonic()
        self._improvement.tried += 1
        version = self._version(part.side, part.title)
        trial = self._tried(version)
        self._longest = max(self._longest, time.monotonic() - start)
        if why := trial.loss:
            self._drop(part, why)
            return False
        self._keep(part, version, trial)
        return True

    def _drop(self, part: ChangePart, why: str) -> None:
        does_nothing = why.startswith(_NOTHING)
        rules = self._idle if does_nothing else self._bad
        rules.add(part.rule or part.title)
        self._note(f"{part.title}: dropped, {why}")
        self._bench.say(f"dropped: {part.title}: {why}")

    def _keep(self, part: ChangePart, version: Version, trial: _Trial) -> None:
        lines = changed_lines(self._now.side, part.side)
        share = ChangeShare(part.title, part.rule, trial.changed, lines=lines)
        self._improvement.shares.append(share)
        if not share.figures:  # then a table of figures does not say why it is there
            self._note(f"{part.title}: kept, {trial.gain}")
        self._improvement.after, self._now = part.side, version
        self._bench.say(f"kept: {part.title}: {trial.gain}")

    def _version(self, side: Side, name: str) -> Version:
        key = self._key()
        return Version(key, side, write(side, name, self._folder(key)))

    def _tried(self, after: Version) -> _Trial:
        """The state as it is, and the one after a change.

        Where times alone decide, the state before is measured again, since the machine may have had
        other things to do then; where times still speak against the change, both are
        measured again.
        """
        trial = self._compared(self._bench, after)
        if not trial.hinges_on_time:
            return trial
        self._now = replace(self._now, key=self._key())
        trial = self._compared(self._bench, after)
        if trial.loss and trial.hinges_on_time:
            return self._compared(self._bench.rounds(2), after)
        return trial

    def _compared(self, bench: Bench, after: Version) -> _Trial:
        old, new = bench.both(self._now, after)
        return _Trial(old, new, tuple(figures(old, new)), tuple(facts(old, new)))

    def _key(self) -> str:
        self._number += 1
        return f"try{self._number}"
