"""Folders that the build context lacks, from which several instructions copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lightship.build import Build
from lightship.rules.context.copied_file_missing.missing_sources import MissingSource


def missing_folder(build: Build, missing: Sequence[MissingSource]) -> str:
    """The topmost folder that the context lacks, if all sources lie below it; else empty."""
    folders = {_folder(build, source.path) for source in missing}
    if len(folders) != 1:
        return ""
    return folders.pop()


def shared_folders(
    build: Build, by_instruction: Sequence[Sequence[MissingSource]]
) -> Mapping[str, int]:
    """Those from which more than one instruction copies, with the number of the instructions."""
    counts = Counter(missing_folder(build, missing) for missing in by_instruction)
    return {folder: count for folder, count in counts.items() if folder and count > 1}


def _folder(build: Build, path: str) -> str:
    context = build.context
    if context is None:
        return ""
    end = path.find("/")
    while end >= 0:
        folder = path[:end]
        if not context.exists(folder):
            return folder
        end = path.find("/", end + 1)
    return ""
