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
        for at in range(len(builds)):
            others = current[:at] + current[at + 1 :]
            done = fix(current[at], selection, allowed, others)
            current = _after(current, at, done.build)
            files[at].update(done.files)
            applied += done.applied
            for item in done.left:
                left.setdefault(_key(item), item)
        if len(applied) == before:
            break

    first = Fixed(current[0], files[0], tuple(applied), tuple(left.values()))
    rest = [
        Fixed(build, own, (), ())
        for build, own in zip(current[1:], files[1:], strict=True)
    ]
    return (first, *rest)


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
    safe = fix_all_builds([done.build for done in first], selection)
    return tuple(map(_both, first, safe))


def _both(first: Fixed, second: Fixed) -> Fixed:
    """What two passes made together."""
    files = {**first.files, **second.files}
    applied = (*first.applied, *second.applied)
    return Fixed(second.build, files, applied, second.left)


def _after(builds: Sequence[Build], at: int, fixed: Build) -> list[Build]:
    """The builds with the Dockerfile of one that was fixed; some share its context."""
    shared = builds[at].context
    return [
        replace(
            build,
            dockerfile=fixed.dockerfile,
            context=fixed.context if build.context is shared else build.context,
        )
        for build in builds
    ]


def _key(item: LeftOut) -> tuple[object, ...]:
    finding = item.diagnostic.finding
    return finding.path, finding.span, item.diagnostic.rule.id, finding.message
