"""Changes that pay: made one upon the other, each built and run.

Those that break something or gain nothing are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import field, replace

from lightship.bench.materials import write
from lightship.bench.measuring import Bench, Version
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
More = Callable[
    [Side], Iterator[ChangePart]
]  # further candidates for a state: of the cache's advice

_MEASURED = (
    Practice.SIZE,
    Practice.SECURITY,
    Practice.PERFORMANCE,
)  # what a proof can tell
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
    found: Improvement, bench: Bench, folder: Folder, budget: float, more: More
) -> None:
    """Try every fix of lint, then what `more` gives, then the rest, for about `budget` seconds.

    `found` has at each moment what is kept, also where this is interrupted. An EngineError where no
    engine is.
    """
    trial = _Search(found, bench.warm(budget), folder, time.monotonic() + budget)
    trial.each(fixes)
    trial.each(more)
    trial.rest()


def fixes(side: Side, without: Collection[str] = ()) -> Iterator[ChangePart]:
    """The fixes of each rule for this state, first those whose gain a proof can tell."""
    for rule in sorted(
        _rules(without), key=lambda rule: rule.practice not in _MEASURED
    ):
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
    is_one = len({applied.rule for applied in done.applied}) == 1
    after = with_files(side, done.text, done.files)
    return ChangePart(title or first.message, after, first.rule if is_one else "")


class _Search:
    """Measures candidates, each under a name of its own, until the time is up."""

    def __init__(
        self, found: Improvement, bench: Bench, folder: Folder, end: float
    ) -> None:
        self._found, self._bench, self._folder, self._end = found, bench, folder, end
        self._longest = 0.0  # seconds of a trial
        self._bad: set[str] = (
            set()
        )  # rules whose fixes break something, or make it worse
        self._idle: set[str] = set()  # those that do nothing by themselves
        self._waiting: set[str] = set()  # those for which there was no time
        self._number = 0
        self._now = self._version(found.start, "as it is")

    def each(self, make: More) -> None:
        """Try what `make` gives, anew for each state."""
        seen = (
            {share.rule or share.title for share in self._found.shares}
            | self._bad
            | self._idle
            | self._waiting
        )
        queue = list(make(self._now.side))
        while queue:
            part = queue.pop(0)
            key = part.rule or part.title
            if key in seen:
                continue
            seen.add(key)
            if time.monotonic() + _ROOM * self._longest > self._end:
                self._waiting.add(key)
                self._found.notes.append(
                    f"{part.title}: not tried by itself, the time was used up"
                )
            elif self._is_kept(part):
                queue = list(make(self._now.side))

    def rest(self) -> None:
        """All fixes that are left and harmed nothing: some do nothing without one another."""
        if time.monotonic() > self._end or len(self._idle | self._waiting) < 2:
            return
        part = _made(self._now.side, _rules(self._bad), "All other fixes at once")
        if part is not None and not part.rule:
            self._is_kept(part)

    def _is_kept(self, part: ChangePart) -> bool:
        start = time.monotonic()
        self._found.tried += 1
        version = self._version(part.side, part.title)
        why, better, rows = self._judged(version)
        self._longest = max(self._longest, time.monotonic() - start)
        if why:
            (self._idle if why.startswith(_NOTHING) else self._bad).add(
                part.rule or part.title
            )
            self._found.notes.append(f"{part.title}: dropped, {why}")
            self._bench.say(f"dropped: {part.title}: {why}")
            return False
        lines = changed_lines(self._now.side, part.side)
        self._found.shares.append(ChangeShare(part.title, part.rule, rows, lines=lines))
        if not rows:  # then a table of figures does not say why it is there
            self._found.notes.append(f"{part.title}: kept, {better}")
        self._found.after, self._now = part.side, version
        self._bench.say(f"kept: {part.title}: {better}")
        return True

    def _version(self, side: Side, name: str) -> Version:
        key = self._key()
        return Version(key, side, write(side, name, self._folder(key)))

    def _judged(self, after: Version) -> tuple[str, str, tuple[Figure, ...]]:
        """Why it does not pay, what it gains, and the figures that it changes.

        Where times alone decide, the state before is measured anew, since the machine may have had
        other things to do then; and where they still speak against the change, both are once more.
        """
        one, other, rows, told = self._compared(self._bench, after)
        if hinges_on_time(one, other, rows, told):
            self._now = replace(self._now, key=self._key())
            one, other, rows, told = self._compared(self._bench, after)
            if loss(one, other, rows, told) and hinges_on_time(one, other, rows, told):
                one, other, rows, told = self._compared(self._bench.rounds(2), after)
        changed = tuple(
            row for row in rows if row.change in (Effect.BETTER, Effect.WORSE)
        )
        return loss(one, other, rows, told), gain(one, other, rows, told), changed

    def _compared(
        self, bench: Bench, after: Version
    ) -> tuple[Measured, Measured, tuple[Figure, ...], tuple[Fact, ...]]:
        one, other = bench.both(self._now, after)
        return one, other, tuple(figures(one, other)), tuple(facts(one, other))

    def _key(self) -> str:
        self._number += 1
        return f"try{self._number}"
