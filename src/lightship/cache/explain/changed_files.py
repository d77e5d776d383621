"""Which files of what a step takes are others than before, in words."""

from __future__ import annotations

from collections import Counter

from lightship.cache.explain.reasons import ChangedFile
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.plan import Planned
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.selection.selected import Selected
from lightship.context.files import LONGEST_READ

_MOST_COUNTED = 20  # files whose lines are counted
Trees = tuple[FileTree, FileTree]


def changed_files(
    old: Moment,
    new: Moment,
    before: Planned,
    after: Planned,
    trees: Trees | None = None,
) -> list[ChangedFile]:
    """The files that two steps take, where they differ; sources are compared in their order.

    With the trees of both moments, changed lines are counted.
    """
    found: dict[str, ChangedFile] = {}
    for one, other in zip(
        before.inputs.selections, after.inputs.selections, strict=False
    ):
        first, second = old.sent.taken[one], new.sent.taken[other]
        names = [
            name
            for name in {**first.tokens, **second.tokens}
            if first.tokens.get(name) != second.tokens.get(name)
        ]
        for name in sorted(names):
            path = (second if name in second.tokens else first).path(name)
            count = len(found) < _MOST_COUNTED
            found[path] = ChangedFile(
                path, _how(first, second, name, path, trees if count else None)
            )
    return list(found.values())


def _how(
    first: Selected, second: Selected, name: str, path: str, trees: Trees | None
) -> str:
    shown = f"`{path}`"
    if name not in first.tokens or name not in second.tokens:
        is_new = name not in first.tokens
        token = (second if is_new else first).tokens[name]
        what = "directory " if token.startswith("d ") else ""
        return f"{what}{shown} is new" if is_new else f"{what}{shown} is gone"
    was, now = first.tokens[name].split(" "), second.tokens[name].split(" ")
    if was[0] != now[0]:
        return f"{shown} is of another kind"
    if was[0] in ("f", "d") and was[1] != now[1]:
        mode = f"mode {was[1]} -> {now[1]}"
        return (
            f"{shown} changed: {mode}"
            if was[2:] == now[2:]
            else f"{shown} changed, and its {mode}"
        )
    if was[0] == "l":
        return f"{shown} points elsewhere"
    lines = _lines(first.path(name), path, trees) if trees is not None else 0
    return (
        f"{shown} changed: {lines} line{'s' * (lines != 1)}"
        if lines
        else f"{shown} changed"
    )


def _lines(before: str, after: str, trees: Trees) -> int:
    """How many lines differ; 0 where that cannot be told."""
    one, other = trees[0].read(before), trees[1].read(after)
    if (
        one is None
        or other is None
        or max(len(one), len(other)) > LONGEST_READ
        or b"\0" in one
        or b"\0" in other
    ):
        return 0
    old, new = Counter(one.splitlines()), Counter(other.splitlines())
    return max((old - new).total(), (new - old).total())
