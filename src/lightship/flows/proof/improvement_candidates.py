"""What `improve` may try: fixes of lint, other cures, and changes of what lint does not see.

Each is a key; a version is made of a set of keys. All fixes of rules are made in rounds, as
`lightship fix` makes them, so that a set has what its rules make of one another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from lightship.bench.improvement_search import NamedCandidate
from lightship.bench.set_trials import ComposedSide
from lightship.cache.plan.plan import Side
from lightship.context.walked import Walked
from lightship.errors import LightshipError
from lightship.inspection.context.inspect_context import inspect_context
from lightship.inspection.context.proposal import propose
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import examine_selected
from lightship.lint.fix_round import (
    Candidate,
    changed_files,
    make_fixes,
    without_clashes,
)
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule import Practice, Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.proof.candidate_search import Keys, SearchCandidate
from lightship.proof.change_maker import ChangeMaker, NewTexts
from lightship.proof.change_parts import with_files

# What a proof can tell
_MEASURED = (Practice.SIZE, Practice.SECURITY, Practice.PERFORMANCE)
_FIXES, _FURTHER = 0, 1  # tiers
_PROPOSAL = "Leave out of the build context what no instruction needs"
T = TypeVar("T")
# Further changes for a version
More = Callable[[Side], Iterator[ChangeMaker]]


class ImprovementCandidates:
    """All that may be tried for a version, and what sets of it make.

    `before` are made before the fixes, `more` says what may be made upon them.
    """

    def __init__(self, start: Side, before: Sequence[ChangeMaker], more: More) -> None:
        self._start = start
        rules = all_rules()
        defaults = [rule for rule in rules if rule.default]
        others = [rule for rule in rules if not rule.default and _is_measured(rule)]
        # Those of the default set, then the others, which are made upon them
        self._defaults: dict[str, Rule] = {}
        self._others: dict[str, Rule] = {}
        self._before = {maker.title: maker for maker in before}
        self._makers: dict[str, ChangeMaker] = {}
        self.named: list[NamedCandidate] = []

        whole = self._add_rules(defaults, self._defaults, start, _FIXES)
        self._name(before, _FIXES)
        further = self._add_rules(others, self._others, whole, _FURTHER)
        self._add_makers(_choices(start, whole, defaults, self._defaults))
        self._add_makers(more(further))

    def compose(self, keys: Keys) -> ComposedSide:
        """The version with some of the changes, all fixes of rules first."""
        rules = _chosen_of(self._defaults, keys)
        makers = _chosen_of(self._makers, keys)
        composed = _with_made(ComposedSide(self._start), _chosen_of(self._before, keys))
        composed = _with_fixes(composed, rules)
        composed = _with_fixes(composed, _chosen_of(self._others, keys))
        composed = _with_made(composed, makers)
        # What they have made may want fixes too
        return _with_fixes(composed, rules) if makers else composed

    def _add_rules(
        self, rules: Sequence[Rule], known: dict[str, Rule], side: Side, tier: int
    ) -> Side:
        """Put those that change something into `known`; the version that they make."""
        by_id = {rule.id: rule for rule in rules}
        done = fix(side.build, RuleSelection(tuple(rules)), UNSAFE)
        for applied in done.applied:
            if applied.rule in known:
                continue
            rule = known[applied.rule] = by_id[applied.rule]
            doubtful = not _is_measured(rule)
            candidate = SearchCandidate(rule.id, tier, rule.id, doubtful)
            self.named.append(NamedCandidate(candidate, applied.message, rule.id))
        return with_files(side, done.text, done.files)

    def _add_makers(self, makers: Iterator[ChangeMaker]) -> None:
        for maker in makers:
            if maker.title not in self._makers:
                self._makers[maker.title] = maker
                self._name((maker,), _FURTHER)

    def _name(self, makers: Sequence[ChangeMaker], tier: int) -> None:
        for maker in makers:
            candidate = SearchCandidate(
                maker.title, tier, maker.cures, is_simpler=maker.is_simpler
            )
            self.named.append(NamedCandidate(candidate, maker.title, maker.rule))


def _is_measured(rule: Rule) -> bool:
    return rule.practice in _MEASURED


def _chosen_of(known: Mapping[str, T], keys: Keys) -> list[T]:
    return [item for key, item in known.items() if key in keys]


def _with_fixes(composed: ComposedSide, rules: Collection[Rule]) -> ComposedSide:
    """A version with the fixes of rules, and the other files that they write."""
    if not rules:
        return composed
    side = composed.side
    done = fix(side.build, RuleSelection(tuple(rules)), UNSAFE)
    after = with_files(side, done.text, done.files)
    return ComposedSide(after, {**composed.files, **done.files})


def _with_made(composed: ComposedSide, makers: Collection[ChangeMaker]) -> ComposedSide:
    """A version with further changes, as far as there is something for them to change."""
    for maker in makers:
        made = _made(maker, composed.side)
        if made is not None:
            after = with_files(composed.side, made.dockerfile, made.files)
            composed = ComposedSide(after, {**composed.files, **made.files})
    return composed


def _made(maker: ChangeMaker, side: Side) -> NewTexts | None:
    """What a change makes of a version; None where it makes nothing that can be read."""
    made = maker.make(side)
    if made is None:
        return None
    after = with_files(side, made.dockerfile, made.files)
    return None if after.build.dockerfile.problems else made


def _choices(
    start: Side,
    whole: Side,
    rules: Sequence[Rule],
    fixed: Collection[str],
) -> Iterator[ChangeMaker]:
    """Cures that a person would have to choose: of what the fixes leave, and in place of fixes."""
    selection = RuleSelection(tuple(rules))
    for side in (start, whole):
        diagnostics, _hidden = examine_selected(side.build, selection)
        for diagnostic in diagnostics:
            rule = diagnostic.rule.id
            if side is start and rule not in fixed:
                continue  # the same is found with the fixes, where it is still there
            for title in _chosen(diagnostic):
                yield ChangeMaker(title, partial(_with_choice, rule, title), rule, rule)


def _chosen(diagnostic: Diagnostic) -> Iterator[str]:
    """The titles of all cures that no fix makes."""
    finding = diagnostic.finding
    for cure in finding.cures:
        if cure is not finding.fix or cure.safety not in UNSAFE:
            yield cure.message


def _with_choice(rule: str, title: str, side: Side) -> NewTexts | None:
    """A version with a choice of a rule, wherever it is offered."""
    rules = tuple(each for each in all_rules() if each.id == rule)
    diagnostics, _hidden = examine_selected(side.build, RuleSelection(rules))
    candidates: list[Candidate] = []
    for diagnostic in diagnostics:
        cures = diagnostic.finding.cures
        offered = [cure for cure in cures if cure.message == title]
        candidates += [Candidate(diagnostic, cure) for cure in offered[:1]]
    build, made = make_fixes(side.build, {}, without_clashes(candidates))
    if not made:
        return None
    return NewTexts(build.dockerfile.text, changed_files(side.build, {}, made))


def context_proposal(walked: Walked, side: Side) -> Iterator[ChangeMaker]:
    """An ignore file that leaves more out, where that loses nothing."""
    if _proposed(walked, side) is not None:
        yield ChangeMaker(_PROPOSAL, partial(_proposed, walked))


def _proposed(walked: Walked, side: Side) -> NewTexts | None:
    try:
        report = inspect_context(side.build, walked)
    except LightshipError:
        return None
    proposal = propose(report)
    if proposal is None:
        return None
    text = side.build.dockerfile.text
    return NewTexts(text, {proposal.path: proposal.after})


def without_folder(walked: Walked, name: str) -> Walked:
    """What was found, without directories of that name."""
    files = [file for file in walked.files if name not in file.path.split("/")]
    return replace(walked, files=tuple(files))
