"""Which of several changes gave which part.

They are made one after the other, and each state is built and run.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.bench.bench import Bench
from lightship.bench.version import Version
from lightship.proof.judging import MeasuredChange
from lightship.proof.proof import ChangeShare, VerdictKind
from lightship.record import record
from lightship.wording.counts import count


@record(eq=False)
class ChangeStep:
    """One change: the version that has it and all before it."""

    title: str
    version: Version
    rule: str = ""
    lines: tuple[int, ...] = ()


def shares(
    bench: Bench,
    before: Version,
    steps: Sequence[ChangeStep],
) -> tuple[ChangeShare, ...]:
    """What each change did, against the state without it.

    One round each, so small differences are not called any. A state whose builds go beyond the
    limit of the proof is not made: its change counts with the next one.
    """
    all_shares: list[ChangeShare] = []
    last = before
    single = bench.once()
    waiting: list[ChangeStep] = []
    for own_step in steps:
        waiting.append(own_step)
        if not bench.has_room(own_step.version):
            bench.drop(own_step.version)
            continue
        step = joined(waiting)
        waiting = []
        old, new = single.both(last, step.version)
        change = MeasuredChange.of(old, new)
        share = share_of(step, change)
        all_shares.append(share)
        if not share.failed:
            last = step.version
    return tuple(all_shares)


def joined(steps: Sequence[ChangeStep]) -> ChangeStep:
    """Several changes as one: the state after the last of them."""
    last = steps[-1]
    if len(steps) == 1:
        return last
    first, *others = (step.title for step in steps)
    title = f"{first}, and {count(len(others), 'change')} after it"
    lines = sorted({line for step in steps for line in step.lines})
    return ChangeStep(title, last.version, lines=tuple(lines))


def share_of(step: ChangeStep, change: MeasuredChange) -> ChangeShare:
    """What one change did; why, where it breaks something or could not be built."""
    verdict = change.verdict
    is_unbuilt = bool(change.after.build_error)
    has_failed = is_unbuilt or verdict.kind is VerdictKind.BROKEN
    why = verdict.reasons[0] if has_failed else ""
    return ChangeShare(step.title, step.rule, change.differing, why, step.lines)
