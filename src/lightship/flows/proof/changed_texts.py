"""The texts that two versions differ in, and their diff."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.cache.keys.moment import dockerfile_of
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.report.kit.diff import changes
from lightship.text import TextChange, decode

Texts = Mapping[str, TextChange]  # by path


def build_texts(before: Side, after: Side) -> Texts:
    """The Dockerfile and the ignore file on both sides, where they differ."""
    name = after.build.path or "Dockerfile"
    texts = {name: _dockerfiles(before, after)}
    for side in (before, after):
        path = _ignore_path(side)
        if path is None:
            continue
        old_text = _text(before, path)
        new_text = _text(after, path)
        texts[path] = TextChange(old_text, new_text)
    return _only_changed(texts)


def all_texts(before: Side, after: Side) -> Texts:
    """Each file that differs, by its path from the root of the context."""
    name = dockerfile_of(before.build)
    texts = {name: _dockerfiles(before, after)}
    old = before.tree
    new = after.tree
    for path, file in new.files.items():
        if path == name:
            continue
        # A change makes a new File of what it touches
        old_file = old.files.get(path)
        if file is old_file:
            continue
        old_text = _text_in(old, path)
        new_text = _text_in(new, path)
        texts[path] = TextChange(old_text, new_text)
    return _only_changed(texts)


def diff_of(texts: Texts) -> str:
    """The changes of several files, as `git diff` shows them."""
    diffs = changes(texts)
    return "".join(diffs)


def _dockerfiles(before: Side, after: Side) -> TextChange:
    old_text = before.build.dockerfile.text
    new_text = after.build.dockerfile.text
    return TextChange(old_text, new_text)


def _ignore_path(side: Side) -> str | None:
    context = side.build.context
    if context is None:
        return None
    return context.ignore_path


def _text(side: Side, path: str) -> str:
    context = side.build.context
    if context is None:
        return ""
    return context.read(path) or ""


def _text_in(tree: FileTree, path: str) -> str:
    data = tree.read(path) or b""
    return decode(data)


def _only_changed(texts: Texts) -> Texts:
    items = texts.items()
    return {path: change for path, change in items if change.is_any}
