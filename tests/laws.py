"""The laws of fixes, as functions that tests call with any Build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Dockerfile
from lightship.lint.engine import lint
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.fixes import Fixed, UnfixedReason, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule
from lightship.lint.rule_selection import RuleSelection, select
from lightship.text import Span


def hold(build: Build, rules: Collection[Rule], allowed: Collection[Safety]) -> Fixed:
    """Fix `build` with `rules`, and see that every law holds."""
    fixed = fix(build, RuleSelection(tuple(rules)), allowed)
    assert not fixed.build.dockerfile.problems, "the result does not parse"
    _nothing_left(fixed, allowed)
    if not fixed.applied:
        # What follows is asked of a text that is still the same
        assert fixed.text == build.dockerfile.text
        assert not fixed.files
        return fixed
    _finished(fixed, rules, allowed)
    _nothing_new(build, fixed, allowed)
    _comments_survive(build.dockerfile, fixed)
    return fixed


def made(build: Build, choice: Fix) -> Build:
    """`build` with a choice made, as a person would make it."""
    wanted = Finding(
        Span(0, 0), "there is a choice", replace(choice, safety=Safety.SAFE)
    )
    rule = Rule(
        "choice",
        "A choice",
        Severity.INFO,
        lambda now: (wanted,) if now is build else (),
    )
    return fix(build, RuleSelection((rule,)), {Safety.SAFE}).build


def _nothing_left(fixed: Fixed, allowed: Collection[Safety]) -> None:
    """All that may be fixed was."""
    wanted = [
        item
        for item in fixed.left
        if item.diagnostic.finding.fix and item.diagnostic.finding.fix.safety in allowed
    ]
    assert not wanted, [(item.diagnostic.rule.id, item.reason) for item in wanted]
    assert not [
        item
        for item in fixed.left
        if item.reason in (UnfixedReason.CIRCULAR, UnfixedReason.ROUNDS)
    ]


def _finished(
    fixed: Fixed, rules: Collection[Rule], allowed: Collection[Safety]
) -> None:
    """A second time changes nothing."""
    again = fix(fixed.build, RuleSelection(tuple(rules)), allowed)
    assert not again.applied
    assert again.text == fixed.text


# They remove an instruction, or a comment itself
_WITH_COMMENTS = {"unused-ignore", "overridden-instruction", "package-manager-shipped"}
# They change what comments name
_CORRECTING = {"end-of-life-image"}


# Their fixes show more of what was there, and what is wrong with that is not of their making:
# - an instruction that was a part of another one is carried out;
# - on a slim image an install of what the full one has is an install, and a command that neither
#   has is known to be missing;
# - for a release that has ended there are no new versions of packages, for its successor there are;
# - what surely fails stops the build where a pipe or a heredoc does not hide it.
_REVEALING = {
    "empty-continuation",
    "end-of-life-image",
    "full-base-image",
    "heredoc-without-errexit",
    "pipe-without-pipefail",
}


# A COPY that names manifests shows which build context is meant, and so what is missing in it
_SHOWN = {"sources-before-dependencies": "entrypoint-missing"}


def _nothing_new(build: Build, fixed: Fixed, allowed: Collection[Safety]) -> None:
    """No rule of the default set finds more than it did, or would have where all is shown."""
    before = _found(build)
    revealing = _REVEALING & {item.rule for item in fixed.applied}
    if revealing:
        rules = tuple(rule for rule in all_rules() if rule.id in revealing)
        before |= _found(fix(build, RuleSelection(rules), allowed).build)
    after = _found(fixed.build)
    shown = {_SHOWN.get(item.rule) for item in fixed.applied}
    more = {
        name: (before[name], number)
        for name, number in after.items()
        if number > before[name] and name not in shown
    }
    assert not more, f"the fix makes new findings: {more}\n{fixed.text}"


def _found(build: Build) -> Counter[str]:
    """How often each rule of the default set finds something."""
    default = select(all_rules(), ())
    return Counter(item.rule.id for item in lint(build, default))


def _comments_survive(before: Dockerfile, fixed: Fixed) -> None:
    """No comment is lost, unless what it speaks of is removed; some are corrected."""
    rules = {item.rule for item in fixed.applied}
    if rules & _WITH_COMMENTS:
        return
    old = Counter(_comments(before))
    new = Counter(_comments(fixed.build.dockerfile))
    lost = old - new
    if rules & _CORRECTING:
        # Another rule may have put an empty comment between two things
        assert (new - old).total() >= lost.total(), fixed.text
        return
    assert not lost, f"comments are gone: {list(lost)}\n{fixed.text}"


def _comments(dockerfile: Dockerfile) -> Iterator[str]:
    return (comment.text(dockerfile.text) for comment in dockerfile.comments)
