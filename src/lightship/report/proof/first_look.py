"""What a reviewer sees first: the figures that matter most, and all that is worse."""

from __future__ import annotations

from lightship.proof.figures import COUNTING
from lightship.proof.proof import ChangeShare, Effect, Fact, Figure, Proof, VerdictKind
from lightship.report.proof import claims

MOST = 3  # figures that matter
_DIFFERS = (Effect.BETTER, Effect.WORSE)
# Verdicts that no figure bears on
_WITHOUT = (VerdictKind.BROKEN, VerdictKind.UNKNOWN)
_NOT_MERGED = "fails as an intermediate state, which nobody merges"

Item = Figure | Fact


def leading(proof: Proof) -> list[Item]:
    """The three figures or facts that matter most.

    Those that weigh most in a mixed verdict, or else that differ, then what users ask for first.
    None where it is broken or nothing can be told: no figure makes that good.
    """
    if proof.verdict.kind in _WITHOUT:
        return []
    known = [figure for figure in proof.figures if figure.before and figure.after]
    counting = [figure for figure in known if figure.key in COUNTING]
    counting.sort(key=lambda figure: claims.rank(figure.key))
    differing = [figure for figure in counting if figure.change in _DIFFERS]

    items: list[Item] = []
    for item in (*_weighed(proof), *differing, *counting):
        if item not in items:
            items.append(item)
    return items[:MOST]


def _weighed(proof: Proof) -> list[Item]:
    """What differs, in the order of its weight; nothing where nothing was weighed."""
    if proof.weighing is None:
        return []
    by_key: dict[str, Item] = {}
    items: list[Item] = [*proof.facts, *proof.figures]
    for item in items:
        if item.change in _DIFFERS:
            by_key.setdefault(item.key, item)
    keys = [row.key for row in proof.weighing.rows]
    return [by_key[key] for key in keys if key in by_key]


def worse(proof: Proof) -> list[Item]:
    """All that is worse: facts first, then figures by their rank."""
    items = [item for item in claims.everything(proof) if item.change is Effect.WORSE]
    items.sort(key=_place)
    return items


def reasons(proof: Proof) -> tuple[str, ...]:
    """Why it is broken, where the line of the verdict and the rows of what is worse do not say."""
    all_reasons = proof.verdict.reasons
    is_broken = proof.verdict.kind is VerdictKind.BROKEN
    is_said = len(all_reasons) <= max(len(worse(proof)), 1)
    return all_reasons if is_broken and not is_said else ()


def _place(item: Item) -> float:
    return -1 if isinstance(item, Fact) else claims.rank(item.key)


def is_same(item: Item) -> bool:
    """Whether there is nothing to read in a row: it is the same, or was not measured."""
    return item.change in (Effect.SAME, Effect.UNKNOWN)


def failure(proof: Proof, share: ChangeShare) -> str:
    """Why a change fails by itself; that nobody merges that state, where the whole does not.

    Empty where it does not fail.
    """
    if not share.failed:
        return ""
    if proof.verdict.kind is VerdictKind.BROKEN:
        return f"fails: {share.failed}"
    return f"{_NOT_MERGED}: {share.failed}"
