"""Whether a mixed change pays, in a line, and what it was weighed by."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.proof.proof import Effect, Proof, WeighedRow
from lightship.report.proof.claims import about, size_in_words
from lightship.wording.durations import timing
from lightship.wording.lists import listed
from lightship.wording.printable import escaped

_MOST = 3  # figures that the line has room for, of each side
_WORDS = 100  # characters of where the mix of builds is from
_DIFFERS = (Effect.BETTER, Effect.WORSE)


def advice(proof: Proof) -> str:
    """Whether a mixed change pays: `worth it: code edits 18x as fast (-12 s) outweigh …`.

    Empty where there is nothing to weigh.
    """
    weighing = proof.weighing
    if weighing is None:
        return ""
    costs = [row for row in weighing.rows if row.seconds > 0]
    savings = [row for row in weighing.rows if row.seconds < 0]
    vetoes = [row for row in weighing.rows if row.is_veto]
    if vetoes:
        return f"not worth it: {_weighed(proof, vetoes)} outweighs all that is better"
    if weighing.pays:
        return (
            f"worth it: {_weighed(proof, savings)} {_outweigh(savings)} {_weighed(proof, costs)}; "
            f"one change costs {timing(-weighing.seconds)} less"
        )
    return (
        f"not worth it: {_weighed(proof, costs)} {_outweigh(costs)} {_weighed(proof, savings)}; "
        f"one change costs {timing(weighing.seconds)} more"
    )


def weighed_as(proof: Proof) -> str:
    """`weighed for 8 code edits to 1 dependency edit and 1 cold build (assumed), 2 pulls …`."""
    weighing = proof.weighing
    if weighing is None:
        return ""
    weights = weighing.weights
    builds = [
        _times(weights.edits, "code edit"),
        _times(weights.dependencies, "dependency edit"),
        _times(weights.cold, "cold build"),
        _times(weights.nothing, "build of nothing new", "builds of nothing new"),
    ]
    return (
        f"weighed for {listed(builds)} ({escaped(weights.mix, _WORDS)}); for each change "
        f"{_times(weights.pulls, 'pull')} at {weights.speed:g} MB/s and "
        f"{_times(weights.starts, 'start')}"
    )


def _times(number: float, one: str, several: str = "") -> str:
    word = one if number == 1 else several or f"{one}s"
    return f"{number:g} {word}"


def _outweigh(rows: Sequence[WeighedRow]) -> str:
    return "outweighs" if len(rows) == 1 else "outweigh"


def _weighed(proof: Proof, rows: Sequence[WeighedRow]) -> str:
    """What weighs most of some rows, each with its seconds."""
    texts: list[str] = []
    for row in rows:
        phrase = _name_of(proof, row.key)
        is_timed = bool(row.seconds) and not row.is_veto
        texts.append(f"{phrase} ({_signed(row.seconds)})" if is_timed else phrase)
    return listed(texts, _MOST)


def _signed(seconds: float) -> str:
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{timing(abs(seconds))}"


def _name_of(proof: Proof, key: str) -> str:
    """A figure or fact that differs, in a few words."""
    for figure in proof.figures:
        if figure.key == key:
            return size_in_words(figure) if key == "content" else about(figure)
    for fact in proof.facts:
        if fact.key == key and fact.change in _DIFFERS:
            return f"{fact.title}: {fact.before} -> {fact.after}"
    return key
