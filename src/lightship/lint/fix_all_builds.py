"""Fixes of a Dockerfile that is built in several ways: what one build needs and none minds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.lint.finding import Safety
from lightship.lint.fixes import ROUNDS, SAFE, UNSAFE, Applied, Fixed, LeftOut, fix
from lightship.lint.rule_selection import RuleSelection

# Findings that are left, each once, by what tells it from others of the same Dockerfile
Left = dict[tuple[object, ...], LeftOut]


def fix_all_builds(
    builds: Sequence[Build],
    selection: RuleSelection,
    allowed: Collection[Safety] = SAFE,
) -> tuple[Fixed, ...]:
    """What the fixes make of each of `builds`, at least one, which all have the same Dockerfile.

    The text is the same in all results; the first one has all fixes that were made, and all
    findings that are left. `files` are those of each build's own context.
    """
    if len(builds) == 1:
        only = fix(builds[0], selection, allowed)
        return (only,)

    results = [Fixed(build, {}, (), ()) for build in builds]
    applied: list[Applied] = []
    left: Left = {}
    for _ in range(ROUNDS):
        before = len(applied)
        left.clear()
        for at in range(len(results)):
            done = _fix_one(results, at, selection, allowed)
            applied += done.applied
            _add_left(left, done.left)
        if len(applied) == before:
            break

    # The first result has what was made for all of them
    results[0] = replace(
        results[0],
        applied=tuple(applied),
        left=tuple(left.values()),
    )
    return tuple(results)


def _fix_one(
    results: list[Fixed],
    at: int,
    selection: RuleSelection,
    allowed: Collection[Safety],
) -> Fixed:
    """Make the fixes that one build needs and none of the others minds; all get its Dockerfile."""
    current = [result.build for result in results]
    build = current.pop(at)
    done = fix(build, selection, allowed, current)
    for number, result in enumerate(results):
        after = _after(result.build, build, done.build)
        results[number] = replace(result, build=after)
    own = results[at]
    files = {**own.files, **done.files}
    results[at] = replace(own, files=files)
    return done


def _add_left(left: Left, more: Sequence[LeftOut]) -> None:
    for item in more:
        rule = item.diagnostic.rule
        finding = item.diagnostic.finding
        key = (finding.path, finding.span, rule.id, finding.message)
        left.setdefault(key, item)


def fix_without(
    builds: Sequence[Build],
    selection: RuleSelection,
    dropped: Collection[str],
) -> tuple[Fixed, ...]:
    """All fixes of the rules but the `dropped` ones, of which only the safe fixes are made.

    The results are those of `fix_all_builds`.
    """
    kept = [rule for rule in selection.rules if rule.id not in dropped]
    rest = replace(selection, rules=tuple(kept))
    first = fix_all_builds(builds, rest, UNSAFE)
    if not dropped:
        return first

    fixed_builds = [done.build for done in first]
    safe = fix_all_builds(fixed_builds, selection)
    return tuple(map(_both, first, safe))


def _both(first: Fixed, second: Fixed) -> Fixed:
    """What two passes made together."""
    files = {**first.files, **second.files}
    applied = (*first.applied, *second.applied)
    return Fixed(second.build, files, applied, second.left)


def _after(build: Build, before: Build, fixed: Build) -> Build:
    """A build once another one was fixed: it has the same Dockerfile, and may share its context."""
    shares_context = build.context is before.context
    context = fixed.context if shares_context else build.context
    return replace(build, dockerfile=fixed.dockerfile, context=context)
