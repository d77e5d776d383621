"""What the fixes of a run make of files that are not written, as `--diff` shows it.

Dockerfiles may share an ignore file or stand in one compose file: what the next one is fixed on is
what the fixes before it leave, and each file has one diff.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from lightship.context.files import Context
from lightship.files.folder_context import open_context
from lightship.files.reading import path_inside
from lightship.text import Edit, Span, TextChange, apply_edits, common_ends, encode


class UnwrittenFiles:
    """The files that fixes change: by path as a person would write it, before and after."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        # By absolute path
        self._changes: dict[str, TextChange] = {}
        self._noted: set[tuple[str, TextChange]] = set()

    @property
    def texts(self) -> dict[str, TextChange]:
        """All that is changed, in the order of the first change."""
        texts: dict[str, TextChange] = {}
        for place, path in self._paths.items():
            change = self._changes[place]
            if change.is_any:
                texts[path] = change
        return texts

    def take(self, files: Mapping[str, TextChange]) -> None:
        """Note what the fixes of one Dockerfile change."""
        for path, change in files.items():
            place = os.path.abspath(path)
            self._paths.setdefault(place, path)
            noted = (place, change)
            if noted in self._noted:
                continue  # it is named twice

            self._noted.add(noted)
            known = self._changes.get(place)
            whole = change
            if known is not None:
                whole = _with_next(known, change)
            self._changes[place] = whole

    def text(self, path: str) -> bytes | None:
        """What a file holds once the changes are written; None where it is not changed."""
        place = os.path.abspath(path)
        change = self._changes.get(place)
        if change is None:
            return None
        return encode(change.after)

    def open(self, root: str, dockerfile: str) -> Context:
        """A build context on the disk, as it is once the changes are written."""
        context = open_context(root, dockerfile)
        files: dict[str, str | None] = {}
        for place, change in self._changes.items():
            if not change.is_any:
                continue
            path = path_inside(place, root)
            if path is not None:
                files[path] = change.after

        if not files:
            return context
        return context.with_files(files)


def _with_next(known: TextChange, change: TextChange) -> TextChange:
    """What is known to change in a file, and one change more."""
    if change.before == known.after:
        return replace(known, after=change.after)
    if not change.is_any:
        return known

    # Dockerfiles inside one file are each fixed as they stand there, apart from each other
    text = change.before
    earlier = TextChange(text, known.after)
    edits = (_edit(earlier), _edit(change))
    after = apply_edits(text, edits)
    return replace(known, after=after)


def _edit(change: TextChange) -> Edit:
    """A change as one edit, as short as it can be."""
    before = change.before
    after = change.after
    start, end = common_ends(before, after)
    old_end = len(before) - end
    new_end = len(after) - end
    text = after[start:new_end]
    span = Span(start, old_end)
    return Edit(span, text)
