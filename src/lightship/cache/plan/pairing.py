"""Which step of an earlier plan a step stands for, so that what changed can be told."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from lightship.cache.plan.make_plan import text_of
from lightship.cache.plan.plan import Planned

_MOST = 1_000  # steps; more are paired by their places


def paired(before: Sequence[Planned], after: Sequence[Planned]) -> dict[int, Planned]:
    """For the number of each later step the earlier one, where there is one.

    The same text in the same stage first; what stands between is paired by keyword, in order.
    """
    if len(before) > _MOST or len(after) > _MOST:
        return {
            new.number: old
            for old, new in zip(before, after, strict=False)
            if _alike(old, new)
        }
    names = _renamed(before, after)
    rows = [(names.get(step.stage, step.stage), text_of(step)) for step in before]
    others = [(step.stage, text_of(step)) for step in after]
    found: dict[int, Planned] = {}
    for kind, start, end, first, last in SequenceMatcher(
        None, rows, others, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found |= {
                new.number: old
                for old, new in zip(before[start:end], after[first:last], strict=True)
            }
        elif kind == "replace":
            left = list(before[start:end])
            for new in after[first:last]:
                old = next((each for each in left if _alike(each, new)), None)
                if old is not None:
                    found[new.number] = old
                    left = left[left.index(old) + 1 :]
    return found


def _alike(old: Planned, new: Planned) -> bool:
    return old.instruction.keyword == new.instruction.keyword


def _renamed(before: Sequence[Planned], after: Sequence[Planned]) -> dict[str, str]:
    """Stages by their place, where as many have other names now."""
    old = list(dict.fromkeys(step.stage for step in before))
    new = list(dict.fromkeys(step.stage for step in after))
    return dict(zip(old, new, strict=True)) if len(old) == len(new) else {}
