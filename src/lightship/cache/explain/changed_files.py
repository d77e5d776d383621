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
    old_sources = before.inputs.selections
    new_sources = after.inputs.selections
    for old_source, new_source in zip(old_sources, new_sources, strict=False):
        was = old.sent.selected[old_source]
        now = new.sent.selected[new_source]
        for name in _changed_names(was, now):
            holder = now if name in now.tokens else was
            path = holder.path(name)
            if len(changed) >= _MOST_COUNTED:
                trees = None
            text = _how(was, now, name, path, trees)
            changed[path] = ChangedFile(path, text)
    return list(changed.values())


def _changed_names(was: Selected, now: Selected) -> list[str]:
    """The names whose token is another; a token that both have is the same."""
    before = was.tokens.items()
    after = now.tokens.items()
    return sorted({name for name, _token in before ^ after})


def _how(
    was: Selected,
    now: Selected,
    name: str,
    path: str,
    trees: Trees | None,
) -> str:
    """How a file changed, by what a key sees of it: its kind, its mode and its bytes."""
    shown = f"`{path}`"
    old_token = was.tokens.get(name)
    new_token = now.tokens.get(name)
    if old_token is None:
        return f"{_directory(new_token)}{shown} is new"
    if new_token is None:
        return f"{_directory(old_token)}{shown} is gone"

    # The token of a file is `f MODE CONTENT`, of a link `l TARGET`, of a directory `d MODE`
    kind, *before = old_token.split(" ")
    new_kind, *after = new_token.split(" ")
    if kind != new_kind:
        return f"{shown} changed its type"
    if kind == "l":
        return f"{shown} points elsewhere"
    if kind in ("f", "d") and before[0] != after[0]:
        return _new_mode(shown, before, after)

    if trees is None:
        return f"{shown} changed"
    lines = _changed_lines(was.path(name), path, trees)
    if not lines:
        return f"{shown} changed"
    plural = "s" * (lines != 1)
    return f"{shown} changed: {lines} line{plural}"


def _new_mode(shown: str, before: list[str], after: list[str]) -> str:
    """How a file changed whose mode is another now: each is its mode, and its content."""
    old_mode, *old_content = before
    new_mode, *new_content = after
    mode = f"mode {old_mode} -> {new_mode}"
    if old_content == new_content:
        return f"{shown} changed: {mode}"
    return f"{shown} changed, and its {mode}"


def _directory(token: str | None) -> str:
    is_directory = token is not None and token.startswith("d ")
    return "directory " if is_directory else ""


def _changed_lines(before: str, after: str, trees: Trees) -> int:
    """How many lines differ; 0 where that cannot be told."""
    old_tree, new_tree = trees
    old = _lines(old_tree.read(before))
    new = _lines(new_tree.read(after))
    if old is None or new is None:
        return 0
    removed = old - new
    added = new - old
    return max(removed.total(), added.total())


def _lines(data: bytes | None) -> Counter[bytes] | None:
    """The lines of a text, counted; None for what is none, or too long."""
    if data is None or len(data) > LONGEST_READ:
        return None
    is_binary = b"\0" in data
    return None if is_binary else Counter(data.splitlines())
