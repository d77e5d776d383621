"""Whether one change of many is worth keeping, from its own proof."""

from __future__ import annotations

from dataclasses import replace

from lightship.proof.judging import MeasuredChange, said
from lightship.proof.proof import Effect, Figure, Proof, VerdictKind, Weighing, Weights
from lightship.proof.weighing import weigh

_FIRST = ("edit", "content", "dependency")
_USUAL = Weights()


def loss(change: MeasuredChange, weights: Weights = _USUAL) -> str:
    """Why a change does not pay; empty where it does.

    It pays where something is better and nothing worse, or where the better outweighs the worse
    (`weighing.weigh`). So a second stage, which costs a moment at a rebuild and halves the image,
    pays.
    """
    verdict = change.verdict
    if verdict.kind not in (VerdictKind.BETTER, VerdictKind.MIXED):
        return f"{verdict.kind}: {verdict.reasons[0]}"
    if verdict.kind is VerdictKind.BETTER:
        return ""
    weighing = weigh(change.figures, change.facts, weights)
    if weighing.pays:
        return ""
    return f"worse: {_worst(change, weighing)}"


def is_loss(proof: Proof) -> bool:
    """Whether a proof says that its change is bad, or not worth what it costs.

    A search builds with the cache; only the proof of what it kept builds from nothing as well.
    """
    if proof.verdict.kind in (VerdictKind.BROKEN, VerdictKind.WORSE):
        return True
    return proof.weighing is not None and not proof.weighing.pays


def _worst(change: MeasuredChange, weighing: Weighing) -> str:
    """What is worse beyond repair, else what costs most."""
    sentences = _sentences(change, Effect.WORSE)
    vetoes = [row.key for row in weighing.rows if row.is_veto]
    costs = [row.key for row in weighing.rows if row.key in sentences]
    gravest = (*vetoes, *costs)[0]
    return sentences[gravest]


def _sentences(change: MeasuredChange, effect: Effect) -> dict[str, str]:
    """The first sentence about each figure and fact that is better, or worse."""
    sentences: dict[str, str] = {}
    for key, sentence in said(change.figures, change.facts, effect):
        sentences.setdefault(key, sentence)
    return sentences


def gain(change: MeasuredChange) -> str:
    """What is better, what people look at first."""
    better = _sentences(change, Effect.BETTER)
    for key in (*_FIRST, *better):
        if key in better:
            return better[key]
    # It did not build or start before
    return change.verdict.reasons[0]


def hinges_on_time(change: MeasuredChange, weights: Weights = _USUAL) -> bool:
    """Whether it is times alone, which vary, that decide about a change."""
    timeless = tuple(map(_without_time, change.figures))
    without_times = replace(change, figures=timeless)
    pays = not loss(change, weights)
    pays_without_times = not loss(without_times, weights)
    return pays != pays_without_times


def _without_time(figure: Figure) -> Figure:
    if figure.unit != "seconds":
        return figure
    return replace(figure, change=Effect.SAME)
