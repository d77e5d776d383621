"""Which files of what a step takes have changed, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lightship.cache.explain.differences import ChangedFile
from lightship.cache.keys.moment import Moment
from lightship.cache.plan.plan import Planned
from lightship.cache.selection.context_tree import FileTree
from lightship.cache.selection.selected import Selected
from lightship.context.files import LONGEST_READ
from lightship.record import record

_MOST_COUNTED = 20  # files whose lines are counted


@record(eq=False)
class Trees:
    """The files of both moments, of which changed lines are counted."""

    before: FileTree
    after: FileTree


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
    sources = zip(old_sources, new_sources, strict=False)
    for old_source, new_source in sources:
        was = old.sent.selected[old_source]
        now = new.sent.selected[new_source]
        for change in _changes(was, now):
            are_many = len(changed) >= _MOST_COUNTED
            if are_many:
                trees = None
            path = change.path
            text = _how(change, trees)
            changed[path] = ChangedFile(path, text)
    return list(changed.values())


@record
class _SourceChange:
    """An entry of a source that is another now: its token before and after, None where there
    is none; its path, and the one that it had.
    """

    before: str | None
    after: str | None
    path: str
    old_path: str


def _changes(was: Selected, now: Selected) -> Iterator[_SourceChange]:
    """What a source takes otherwise now, by name."""
    tokens = was.tokens.items() ^ now.tokens.items()
    names = {name for name, _token in tokens}
    in_order = sorted(names)
    for name in in_order:
        before = was.tokens.get(name)
        after = now.tokens.get(name)
        old_path = was.path(name)
        # What is gone has no path of its own any more
        path = old_path
        if after is not None:
            path = now.path(name)
        yield _SourceChange(before, after, path, old_path)


def _how(change: _SourceChange, trees: Trees | None) -> str:
    """How an entry changed, by what a key sees of it: its kind, its mode and its bytes."""
    shown = f"`{change.path}`"
    if change.before is None:
        directory = _directory(change.after)
        return f"{directory}{shown} is new"
    if change.after is None:
        directory = _directory(change.before)
        return f"{directory}{shown} is gone"

    # The token of a file is `f MODE CONTENT`, of a link `l TARGET`, of a directory `d MODE`
    old_kind, *before = change.before.split(" ")
    kind, *after = change.after.split(" ")
    if kind != old_kind:
        return f"{shown} changed its type"
    if kind == "l":
        return f"{shown} points elsewhere"
    has_mode = kind in ("f", "d")
    if has_mode and before[0] != after[0]:
        return _new_mode(shown, before, after)
    if trees is None:
        return f"{shown} changed"

    lines = _changed_lines(change, trees)
    if not lines:
        return f"{shown} changed"
    word = "line" if lines == 1 else "lines"
    return f"{shown} changed: {lines} {word}"


def _new_mode(shown: str, before: list[str], after: list[str]) -> str:
    """How a file changed whose mode is another now: each is its mode, and its content."""
    old_mode, *old_content = before
    new_mode, *new_content = after
    mode = f"mode {old_mode} -> {new_mode}"
    if old_content == new_content:
        return f"{shown} changed: {mode}"
    return f"{shown} changed, and its {mode}"


def _directory(token: str | None) -> str:
    if token is None:
        return ""
    is_directory = token.startswith("d ")
    return "directory " if is_directory else ""


def _changed_lines(change: _SourceChange, trees: Trees) -> int:
    """How many lines differ; 0 where that cannot be told."""
    before = trees.before.read(change.old_path)
    after = trees.after.read(change.path)
    old = _lines(before)
    new = _lines(after)
    if old is None or new is None:
        return 0
    removed = old - new
    added = new - old
    # A line that was changed is among both
    return max(removed.total(), added.total())


def _lines(data: bytes | None) -> Counter[bytes] | None:
    """The lines of a text, counted; None for what is none, or too long."""
    if data is None or len(data) > LONGEST_READ:
        return None
    is_binary = b"\0" in data
    if is_binary:
        return None
    lines = data.splitlines()
    return Counter(lines)
