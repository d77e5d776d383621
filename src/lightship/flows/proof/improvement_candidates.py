"""What `improve` may try: fixes of lint, other cures, and changes of what lint does not see.

Each is a key; a version is made of a set of keys. All fixes of rules are made in rounds, as
`lightship fix` makes them, so that a set has what its rules make of one another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from lightship.bench.improvement_search import NamedCandidate
from lightship.bench.set_trials import ComposedSide
from lightship.cache.plan.plan import Side
from lightship.flows.proof.rule_choices import rule_choices
from lightship.lint.fixes import UNSAFE, Fixed, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule import Practice, Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.proof.candidate_search import Keys, SearchCandidate
from lightship.proof.change_maker import ChangeMaker
from lightship.proof.change_parts import with_files

# What a proof can tell
_MEASURED = (Practice.SIZE, Practice.SECURITY, Practice.PERFORMANCE)
_FIXES = 0  # tiers
_FURTHER = 1
T = TypeVar("T")
# Further changes for a version
More = Callable[[Side], Iterator[ChangeMaker]]


class ImprovementCandidates:
    """All that may be tried for a version, and what sets of it make.

    `before` are made before the fixes, `more` says what may be made upon them.
    """

    def __init__(
        self,
        start: Side,
        before: Sequence[ChangeMaker],
        more: More,
    ) -> None:
        self._start = start
        # Those of the default set, then the others, which are made upon them
        self._defaults: dict[str, Rule] = {}
        self._others: dict[str, Rule] = {}
        self._before = {maker.title: maker for maker in before}
        self._makers: dict[str, ChangeMaker] = {}
        self.named: list[NamedCandidate] = []

        defaults: list[Rule] = []
        measured: list[Rule] = []
        for rule in all_rules():
            if rule.default:
                defaults.append(rule)
            elif _is_measured(rule):
                measured.append(rule)

        whole = self._add_rules(defaults, self._defaults, start, _FIXES)
        for maker in before:
            self._name(maker, _FIXES)
        further = self._add_rules(measured, self._others, whole, _FURTHER)

        choices = rule_choices(start, whole, defaults, self._defaults)
        self._add_makers(choices)
        self._add_makers(more(further))

    def compose(self, keys: Keys) -> ComposedSide:
        """The version with some of the changes, all fixes of rules first."""
        before = _chosen_of(self._before, keys)
        rules = _chosen_of(self._defaults, keys)
        others = _chosen_of(self._others, keys)
        makers = _chosen_of(self._makers, keys)

        composed = ComposedSide(self._start)
        composed = _with_made(composed, before)
        composed = _with_fixes(composed, rules)
        composed = _with_fixes(composed, others)
        if not makers:
            return composed
        composed = _with_made(composed, makers)
        # What they have made may want fixes too
        return _with_fixes(composed, rules)

    def _add_rules(
        self,
        rules: Sequence[Rule],
        known: dict[str, Rule],
        side: Side,
        tier: int,
    ) -> Side:
        """Put those that change something into `known`; the version that they make."""
        by_id = {rule.id: rule for rule in rules}
        done = _fixed(side, rules)
        for applied in done.applied:
            key = applied.rule
            if key in known:
                continue

            rule = by_id[key]
            known[key] = rule
            is_doubtful = not _is_measured(rule)
            candidate = SearchCandidate(key, tier, key, is_doubtful)
            named = NamedCandidate(candidate, applied.message, key)
            self.named.append(named)
        return with_files(side, done.text, done.files)

    def _add_makers(self, makers: Iterator[ChangeMaker]) -> None:
        for maker in makers:
            title = maker.title
            if title in self._makers:
                continue
            self._makers[title] = maker
            self._name(maker, _FURTHER)

    def _name(self, maker: ChangeMaker, tier: int) -> None:
        title = maker.title
        candidate = SearchCandidate(
            title,
            tier,
            maker.cures,
            is_simpler=maker.is_simpler,
        )
        named = NamedCandidate(candidate, title, maker.rule)
        self.named.append(named)


def _is_measured(rule: Rule) -> bool:
    return rule.practice in _MEASURED


def _chosen_of(known: Mapping[str, T], keys: Keys) -> list[T]:
    return [item for key, item in known.items() if key in keys]


def _with_fixes(composed: ComposedSide, rules: Collection[Rule]) -> ComposedSide:
    """A version with the fixes of rules, and the other files that they write."""
    if not rules:
        return composed
    done = _fixed(composed.side, rules)
    return _with_texts(composed, done.text, done.files)


def _fixed(side: Side, rules: Collection[Rule]) -> Fixed:
    selection = RuleSelection(tuple(rules))
    return fix(side.build, selection, UNSAFE)


def _with_texts(
    composed: ComposedSide,
    dockerfile: str,
    files: Mapping[str, str],
) -> ComposedSide:
    """A version with another Dockerfile, and other texts of files beside it."""
    side = with_files(composed.side, dockerfile, files)
    all_files = {**composed.files, **files}
    return ComposedSide(side, all_files)


def _with_made(composed: ComposedSide, makers: Collection[ChangeMaker]) -> ComposedSide:
    """A version with further changes, as far as there is something for them to change."""
    for maker in makers:
        made = maker.make(composed.side)
        if made is None:
            continue
        after = _with_texts(composed, made.dockerfile, made.files)
        dockerfile = after.side.build.dockerfile
        # One that cannot be read is not made
        if not dockerfile.problems:
            composed = after
    return composed
