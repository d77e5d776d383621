"""Cures that rules only offer, since a person would have to choose, as changes of a version."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from lightship.cache.plan.plan import Side
from lightship.lint.diagnostic import Diagnostic
from lightship.lint.engine import examine_selected
from lightship.lint.finding import Finding, Fix
from lightship.lint.fix_round import (
    Candidate,
    changed_files,
    make_fixes,
    without_clashes,
)
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.proof.change_maker import ChangeMaker, NewTexts


def rule_choices(
    start: Side,
    whole: Side,
    rules: Sequence[Rule],
    fixed: Collection[str],
) -> Iterator[ChangeMaker]:
    """Those for what the fixes leave, and those in place of fixes.

    `whole` is `start` with all fixes, `fixed` are the ids of the rules that made any.
    """
    found = _diagnostics(start, rules)
    for diagnostic in found:
        rule = diagnostic.rule
        # The others are found with the fixes as well, where they are still there
        if rule.id in fixed:
            yield from _makers(diagnostic)
    left = _diagnostics(whole, rules)
    for diagnostic in left:
        yield from _makers(diagnostic)


def _diagnostics(side: Side, rules: Sequence[Rule]) -> list[Diagnostic]:
    chosen = tuple(rules)
    selection = RuleSelection(chosen)
    build = side.build
    diagnostics, _hidden = examine_selected(build, selection)
    return diagnostics


def _makers(diagnostic: Diagnostic) -> Iterator[ChangeMaker]:
    """All cures that no fix makes."""
    rule = diagnostic.rule.id
    finding = diagnostic.finding
    for cure in finding.cures:
        is_fix = cure is finding.fix
        is_unsafe = cure.safety in UNSAFE
        if is_fix and is_unsafe:
            continue
        title = cure.message
        make = partial(_with_choice, rule, title)
        yield ChangeMaker(title, make, rule, rule)


def _with_choice(rule: str, title: str, side: Side) -> NewTexts | None:
    """A version with a choice of a rule, wherever it is offered."""
    known = all_rules()
    rules = [item for item in known if item.id == rule]
    offered = _diagnostics(side, rules)
    candidates: list[Candidate] = []
    for diagnostic in offered:
        cure = _titled(diagnostic.finding, title)
        if cure is not None:
            candidate = Candidate(diagnostic, cure)
            candidates.append(candidate)

    before = side.build
    apart = without_clashes(candidates)
    after, made = make_fixes(before, {}, apart)
    if not made:
        return None
    text = after.dockerfile.text
    files = changed_files(before, {}, made)
    return NewTexts(text, files)


def _titled(finding: Finding, title: str) -> Fix | None:
    """The first cure of a finding with that title."""
    for cure in finding.cures:
        if cure.message == title:
            return cure
    return None
