"""What the fixes of a run make of files that are not written, as `--diff` shows it.

Dockerfiles may share an ignore file or stand in one compose file: what the next one is fixed on is
what the fixes before it leave, and each file has one diff.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from lightship.context.files import Context
from lightship.files.folder_context import open_context
from lightship.files.reading import path_inside
from lightship.text import Edit, Span, apply_edits, common_ends, encode

Texts = tuple[str, str]  # before and after


class UnwrittenFiles:
    """The files that fixes change: by path as a person would write it, before and after."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._texts: dict[str, Texts] = {}
        self._noted: set[tuple[str, Texts]] = set()

    @property
    def texts(self) -> dict[str, Texts]:
        """All that is changed, in the order of the first change."""
        changed = {path: self._texts[place] for place, path in self._paths.items()}
        return {path: pair for path, pair in changed.items() if pair[0] != pair[1]}

    def take(self, files: Mapping[str, Texts]) -> None:
        """Note what the fixes of one Dockerfile change."""
        for path, (before, after) in files.items():
            place = os.path.abspath(path)
            self._paths.setdefault(place, path)
            change = (place, (before, after))
            if change in self._noted:
                continue  # it is named twice
            self._noted.add(change)
            first, last = self._texts.get(place, (before, before))
            if before == last:
                last = after
            elif before != after:
                # Dockerfiles inside one file are each fixed as they stand there
                last = _with_both(before, last, after)
            self._texts[place] = (first, last)

    def text(self, path: str) -> bytes | None:
        """What a file holds once the changes are written; None where it is not changed."""
        pair = self._texts.get(os.path.abspath(path))
        return encode(pair[1]) if pair is not None else None

    def open(self, root: str, dockerfile: str) -> Context:
        """A build context on the disk, as it is once the changes are written."""
        context = open_context(root, dockerfile)
        files: dict[str, str | None] = {}
        for place, (before, after) in self._texts.items():
            path = path_inside(place, root)
            if path is not None and before != after:
                files[path] = after
        return context.with_files(files) if files else context


def _with_both(text: str, first: str, second: str) -> str:
    """A text with two changes, which are apart from each other."""
    return apply_edits(text, (_change(text, first), _change(text, second)))


def _change(before: str, after: str) -> Edit:
    start, end = common_ends(before, after)
    span = Span(start, len(before) - end)
    return Edit(span, after[start : len(after) - end])
