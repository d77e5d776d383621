"""Which step of an earlier plan a step stands for, so that what changed can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from lightship.cache.plan.plan import Planned
from lightship.cache.plan.step_names import text_of

_MOST = 1_000  # steps; more are paired by their places

Steps = Sequence[Planned]
Pairs = dict[int, Planned]  # by the number of the later step
_Line = tuple[str, str]  # a step's stage, and its text


def paired(before: Steps, after: Steps) -> Pairs:
    """For the number of each later step the earlier one, where there is one.

    The same text in the same stage first; what stands between is paired by keyword, in order.
    """
    longest = max(len(before), len(after))
    if longest > _MOST:
        return _paired_by_place(before, after)

    # A stage that was only renamed keeps its steps
    new_names = _renamed(before, after)
    old_lines = _lines(before, new_names)
    new_lines = _lines(after, {})
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=False)

    pairs: Pairs = {}
    for kind, start, end, first, last in matcher.get_opcodes():
        old_steps = before[start:end]
        new_steps = after[first:last]
        if kind == "equal":
            numbers = [new.number for new in new_steps]
            pairs |= zip(numbers, old_steps, strict=True)
        elif kind == "replace":
            pairs |= _paired_by_keyword(old_steps, new_steps)
    return pairs


def _lines(steps: Steps, names: Mapping[str, str]) -> list[_Line]:
    """What steps are compared by, their stages under other names where those are given."""
    lines: list[_Line] = []
    for step in steps:
        stage = names.get(step.stage, step.stage)
        text = text_of(step)
        lines.append((stage, text))
    return lines


def _paired_by_place(before: Steps, after: Steps) -> Pairs:
    pairs: Pairs = {}
    for old, new in zip(before, after, strict=False):
        if _is_alike(old, new):
            pairs[new.number] = old
    return pairs


def _paired_by_keyword(before: Steps, after: Steps) -> Pairs:
    """For each later step the next earlier one with its keyword."""
    pairs: Pairs = {}
    rest = list(before)
    for new in after:
        for at, old in enumerate(rest):
            if not _is_alike(old, new):
                continue
            pairs[new.number] = old
            # Pairs never cross: those before it stay without one
            rest = rest[at + 1 :]
            break
    return pairs


def _is_alike(old: Planned, new: Planned) -> bool:
    old_keyword = old.instruction.keyword
    new_keyword = new.instruction.keyword
    return old_keyword == new_keyword


def _renamed(before: Steps, after: Steps) -> dict[str, str]:
    """The new name of each stage, by its place; none where their number differs."""
    old_names = _stages(before)
    new_names = _stages(after)
    if len(old_names) != len(new_names):
        return {}
    return dict(zip(old_names, new_names, strict=True))


def _stages(steps: Steps) -> list[str]:
    """The names of the stages, in their order, each once."""
    names: dict[str, None] = {}
    for step in steps:
        names[step.stage] = None
    return list(names)
