"""What became better or worse between two proofs: the version after of each, held together.

Sizes, counts, facts and answers are compared as within one proof. Where the version before of the
newer proof is like the version after of the older one (Dockerfile, build context, content and
packages), the newer proof has both times itself, measured by turns: those are taken. Else times are
of different hours, or machines, so that a difference is called one only where the bounds are beyond
a further half (`ANOTHER_HOUR`), and none where another engine measured them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.proof.figures import figures
from lightship.proof.judging import MeasuredChange, judge
from lightship.proof.measured import Measured
from lightship.proof.proof import Effect, Figure, Proof, VerdictKind, Weights
from lightship.proof.weighing import weigh
from lightship.wording.dates import day_and_time

# What a machine that does other work at another hour may add to a time, or take from it
ANOTHER_HOUR = 1.5
_OF_TIMES = (
    "both proofs were made at different times: a time counts as different "
    "from half as much again"
)
_OF_ENGINES = "times are not compared: another engine measured them"
_BY_TURNS = "measured by turns: the newer proof has both versions"
_OF_QUESTIONS = "the two proofs asked differently: only what both asked is compared"
# Of versions that are alike
_COUNTED = ("content", "context-bytes", "context-files")
_DIFFERS = (Effect.BETTER, Effect.WORSE)
_ID = 10  # characters of a commit's id


def since(old: Proof, new: Proof) -> Proof:
    """The version after of `new` against the one of `old`, as a proof; `diff` is left empty.

    Its id, time, commit and services are those of `new`.
    """
    before = replace(old.after, source=_named(old))
    looks = max(old.asked.looks, new.asked.looks)
    change = MeasuredChange.of(before, new.after, looks)
    is_same_engine = old.engine == new.engine
    by_turns = _by_turns(old, new)
    rows = tuple(
        by_turns.get(row.key) or _at_hours(row, is_same_engine)
        for row in change.figures
    )
    verdict = judge(before, new.after, rows, change.facts)

    weighing = None
    if verdict.kind is VerdictKind.MIXED:
        weights = new.weighing.weights if new.weighing else Weights()
        weighing = weigh(rows, change.facts, weights)
    return replace(
        new,
        before=before,
        figures=rows,
        facts=change.facts,
        verdict=verdict,
        shares=(),
        outcomes=(),
        diff="",
        notes=tuple(_notes(old, new, has_both=bool(by_turns))),
        seconds=0.0,
        weighing=weighing,
    )


def _named(proof: Proof) -> str:
    """`HEAD, proven 2025-11-26 12:00 at 4f1c2d3e4b`."""
    commit = f" at {proof.commit[:_ID]}" if proof.commit else ""
    return f"{proof.after.source}, proven {day_and_time(proof.created)}{commit}"


def _by_turns(old: Proof, new: Proof) -> dict[str, Figure]:
    """The times that the newer proof has of both versions, by their keys."""
    if not _are_alike(old.after, new.before):
        return {}
    times = [
        figure for figure in new.figures if figure.unit == "seconds" and figure.before
    ]
    return {
        figure.key: replace(figure, note=figure.note or _BY_TURNS) for figure in times
    }


def _are_alike(one: Measured, other: Measured) -> bool:
    """Whether two versions are the same in what is counted, and so take the same time."""
    if one.shape is None or other.shape is None or not one.dockerfile:
        return False
    if one.dockerfile != other.dockerfile or one.shape.packages != other.shape.packages:
        return False
    counted = [row for row in figures(one, other) if row.key in _COUNTED]
    return all(row.change is Effect.SAME for row in counted)


def _at_hours(figure: Figure, is_same_engine: bool) -> Figure:
    """A figure; a time is the same where the hour or the engine may be why it differs."""
    if figure.unit != "seconds" or figure.change not in _DIFFERS:
        return figure
    if is_same_engine and _is_beyond(figure):
        return figure
    note = "" if is_same_engine else _OF_ENGINES
    return replace(figure, change=Effect.SAME, note=note)


def _is_beyond(figure: Figure) -> bool:
    low = figure.low or 0.0
    high = figure.high or 0.0
    is_slower = low >= ANOTHER_HOUR
    is_quicker = 0 < high <= 1 / ANOTHER_HOUR
    return is_slower or is_quicker


def _notes(old: Proof, new: Proof, *, has_both: bool) -> Iterator[str]:
    """What is to be known of the comparison, then the notes of the newer proof."""
    if not has_both:
        yield _OF_TIMES if old.engine == new.engine else _OF_ENGINES
    if old.asked.running != new.asked.running:
        yield _OF_QUESTIONS
    yield from new.notes
