"""Which of several changes gave which part.

They are made one after the other, and each state is built and run.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.bench.measuring import Bench, Version
from lightship.proof.facts import facts
from lightship.proof.figures import figures
from lightship.proof.judging import judge
from lightship.proof.proof import ChangeShare, Effect, VerdictKind
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
    found: list[ChangeShare] = []
    last = before
    single = bench.rounds(1)
    for step in steps:
        one, other = single.both(last, step.version)
        rows = tuple(
            figure
            for figure in figures(one, other)
            if figure.change in (Effect.BETTER, Effect.WORSE)
        )
        verdict = judge(one, other, rows, tuple(facts(one, other)))
        broken = verdict.reasons[0] if verdict.kind is VerdictKind.BROKEN else ""
        found.append(ChangeShare(step.title, step.rule, rows, broken, step.lines))
        if not broken:
            last = step.version
    return tuple(found)
