"""Which files of what a step takes have changed, in words."""

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
    changed: dict[str, ChangedFile] = {}
    sources = zip(before.inputs.selections, after.inputs.selections, strict=False)
    for old_source, new_source in sources:
        was = old.sent.selected[old_source]
        now = new.sent.selected[new_source]
        for name in _changed_names(was, now):
            path = (now if name in now.tokens else was).path(name)
            counted = trees if len(changed) < _MOST_COUNTED else None
            text = _how(was, now, name, path, counted)
            changed[path] = ChangedFile(path, text)
    return list(changed.values())


def _changed_names(was: Selected, now: Selected) -> list[str]:
    names = was.tokens.keys() | now.tokens.keys()
    return sorted(
        name for name in names if was.tokens.get(name) != now.tokens.get(name)
    )


def _how(
    was: Selected,
    now: Selected,
    name: str,
    path: str,
    trees: Trees | None,
) -> str:
    """How a file changed, by what a key sees of it: its kind, its mode and its bytes."""
    shown = f"`{path}`"
    if name not in was.tokens:
        return f"{_directory(now.tokens[name])}{shown} is new"
    if name not in now.tokens:
        return f"{_directory(was.tokens[name])}{shown} is gone"

    kind, *before = was.tokens[name].split(" ")
    new_kind, *after = now.tokens[name].split(" ")
    if kind != new_kind:
        return f"{shown} changed its type"
    if kind == "l":
        return f"{shown} points elsewhere"
    if kind in ("f", "d") and before[0] != after[0]:
        mode = f"mode {before[0]} -> {after[0]}"
        if before[1:] == after[1:]:
            return f"{shown} changed: {mode}"
        return f"{shown} changed, and its {mode}"

    lines = _changed_lines(was.path(name), path, trees) if trees is not None else 0
    if not lines:
        return f"{shown} changed"
    return f"{shown} changed: {lines} line{'s' * (lines != 1)}"


def _directory(token: str) -> str:
    return "directory " if token.startswith("d ") else ""


def _changed_lines(before: str, after: str, trees: Trees) -> int:
    """How many lines differ; 0 where that cannot be told."""
    old = _lines(trees[0].read(before))
    new = _lines(trees[1].read(after))
    if old is None or new is None:
        return 0
    return max((old - new).total(), (new - old).total())


def _lines(data: bytes | None) -> Counter[bytes] | None:
    """The lines of a text, counted; None for what is none, or too long."""
    if data is None or len(data) > LONGEST_READ or b"\0" in data:
        return None
    return Counter(data.splitlines())
