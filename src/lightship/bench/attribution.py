"""Which of several changes gave which part.

They are made one after the other, and each state is built and run.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.bench.bench import Bench, Version
from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.judging import judge
from lightship.proof.proof import ChangeShare, Effect, Measured, VerdictKind
from lightship.record import record


@record(eq=False)
class ChangeStep:
    """One change: the version that has it and all before it."""

    title: str
    version: Version
    rule: str = ""
    lines: tuple[int, ...] = ()


def shares(
    bench: Bench, before: Version, steps: Sequence[ChangeStep]
) -> tuple[ChangeShare, ...]:
    """What each change did, against the state without it.

    One round each, so small differences are not called any.
    """
    every: list[ChangeShare] = []
    last = before
    single = bench.rounds(1)
    for step in steps:
        old, new = single.both(last, step.version)
        share = _share(step, old, new)
        every.append(share)
        if not share.failed:
            last = step.version
    return tuple(every)


def _share(step: ChangeStep, before: Measured, after: Measured) -> ChangeShare:
    """What one change did; where it breaks something, why."""
    rows = figures(before, after)
    changed = tuple(row for row in rows if row.change in (Effect.BETTER, Effect.WORSE))
    verdict = judge(before, after, changed, tuple(facts(before, after)))
    broken = verdict.reasons[0] if verdict.kind is VerdictKind.BROKEN else ""
    return ChangeShare(step.title, step.rule, changed, broken, step.lines)
