"""Why a step is a hit or is rebuilt, in words."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.differences import KeyDifference
from lightship.cache.explain.explanation import Reason
from lightship.cache.keys.keys import Keyed
from lightship.cache.plan.plan import Planned
from lightship.cache.selection.selection import Selection
from lightship.wording.lists import first_few

_MOST_NAMED = 3  # sources in one sentence


def hit_reason(
    new: Keyed,
    old: Keyed | None,
    rebuilt: Sequence[str],
    same_as: int,
) -> Reason:
    """Of a hit; `rebuilt` are stages that ran again and from which it takes what is the same
    as before.
    """
    is_same = old is not None and old.key == new.key
    is_repeated = same_as > 0
    if is_repeated and not is_same:
        text = f"the same as line {same_as}, which this build already makes"
        return Reason(Cause.KNOWN, text, line=same_as)
    if rebuilt:
        stages = " and ".join(rebuilt)
        text = f"stage {stages} is rebuilt, but what is copied from it stays the same"
        return Reason(Cause.SAME, text)
    if is_same:
        text = "nothing that it depends on has changed"
        return Reason(Cause.SAME, text)
    text = "it was built this way before, and is still in the cache"
    return Reason(Cause.KNOWN, text)


def miss_reason(
    new: Keyed,
    differences: Sequence[KeyDifference],
    cause: Planned | None,
    old: Keyed | None,
) -> Reason:
    """Of a miss; `cause` is the first rebuilt step below it, `old` what it was before."""
    line = new.step.line
    if new.missing:
        problem = _missing(new.missing)
        text = f"the build fails: {problem}"
        return Reason(Cause.FAILS, text, line=line)
    if new.key is None:
        text = "it is not reached: the build fails before it"
        return Reason(Cause.FAILS, text)

    texts = [difference.text for difference in differences]
    own = "; ".join(texts)
    paths = _changed_paths(differences)
    if cause is not None:
        text = _rebuilt_below(new.step, cause)
        if own:
            text += f"; {own}"
        return Reason(Cause.PARENT, text, paths, cause.line)
    if differences:
        first = differences[0]
        return Reason(first.cause, own, paths, first.line)
    return _without_difference(line, old)


def _without_difference(line: int, old: Keyed | None) -> Reason:
    """Of a miss of which nothing changed by itself, and below which nothing is rebuilt."""
    if old is None:
        return Reason(Cause.INSTRUCTION, "the step is new", line=line)
    if old.key is None:
        text = "the previous build failed before this step"
        return Reason(Cause.FAILS, text)
    text = "the steps before it changed: one was added, removed or moved"
    return Reason(Cause.PARENT, text, line=line)


def _changed_paths(differences: Sequence[KeyDifference]) -> tuple[str, ...]:
    paths: set[str] = set()
    for difference in differences:
        paths.update(difference.paths)
    in_order = sorted(paths)
    return tuple(in_order)


def _rebuilt_below(step: Planned, cause: Planned) -> str:
    """What of the steps below is rebuilt: the one before it, or the stage it starts from."""
    below = step.below
    rebuilt = "the step before it"
    if isinstance(below, Planned):
        stage = below.stage
        if stage != step.stage:
            rebuilt = f"its base stage {stage}"
    return f"{rebuilt} is rebuilt (first line {cause.line})"


def _missing(selections: Sequence[Selection]) -> str:
    for selection in selections:
        if selection.is_bad:
            source = selection.source
            return f"`{source}` is not a valid pattern: a bracket is misplaced"

    # In their order, each once
    sources: dict[str, None] = {}
    for selection in selections:
        quoted = f"`{selection.source}`"
        sources[quoted] = None
    names = first_few(list(sources), _MOST_NAMED)
    verb = "are" if len(sources) > 1 else "is"
    return f"{names} {verb} not in the build context"
