"""Fixes of a Dockerfile that is built in several ways: what one build needs and none minds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.lint.finding import Safety
from lightship.lint.fixes import ROUNDS, SAFE, UNSAFE, Applied, Fixed, LeftOut, fix
from lightship.lint.rule_selection import RuleSelection


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
        return (fix(builds[0], selection, allowed),)

    current = list(builds)
    files: list[dict[str, str]] = [{} for _ in builds]
    applied: list[Applied] = []
    left: dict[tuple[object, ...], LeftOut] = {}
    for _ in range(ROUNDS):
        before = len(applied)
        left.clear()
        for at, own_files in enumerate(files):
            others = current.copy()
            build = others.pop(at)
            done = fix(build, selection, allowed, others)

            current = [_after(other, build, done.build) for other in current]
            own_files.update(done.files)
            applied += done.applied
            for item in done.left:
                key = _key(item)
                left.setdefault(key, item)
        if len(applied) == before:
            break

    # The first result has what was made for all of them
    results: list[Fixed] = []
    for build, own_files in zip(current, files, strict=True):
        own = Fixed(build, own_files, (), ())
        results.append(own)
    all_left = tuple(left.values())
    results[0] = replace(results[0], applied=tuple(applied), left=all_left)
    return tuple(results)


def fix_without(
    builds: Sequence[Build], selection: RuleSelection, dropped: Collection[str]
) -> tuple[Fixed, ...]:
    """All fixes of the rules but the `dropped` ones, of which only the safe fixes are made.

    The results are those of `fix_all_builds`.
    """
    rules = [rule for rule in selection.rules if rule.id not in dropped]
    rest = replace(selection, rules=tuple(rules))
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


def _key(item: LeftOut) -> tuple[object, ...]:
    rule = item.diagnostic.rule
    finding = item.diagnostic.finding
    return finding.path, finding.span, rule.id, finding.message
