"""The files of a change on a disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from cache.change import Change, Given

EARLY, LATE = 1_700_000_000, 1_700_000_060


def write_first(change: Change, folder: Path) -> None:
    """The files of the first build, all of one time."""
    _write(change.before, folder, dict.fromkeys(change.before.all_files, EARLY))


def write_next(change: Change, given: Given, folder: Path) -> None:
    """The files of a later build."""
    _write(given, folder, times_of(change, given))
    for path in change.chown:
        os.chown(folder / path, 4321, 4321)


def times_of(change: Change, given: Given) -> dict[str, int]:
    """When each file of a build was changed, in seconds: what differs from the first is younger, or is told to be."""
    first = change.before.all_files
    times = dict.fromkeys(given.all_files, EARLY)
    for path, content in given.all_files.items():
        differs = content != first.get(path) and not change.same_time
        if differs or path in change.touched or "*" in change.touched:
            times[path] = LATE
    return times


def _write(given: Given, folder: Path, times: Mapping[str, int]) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    files = given.all_files
    for path in sorted(files, key=lambda path: str(files[path]).startswith("=> ")):
        _write_one(folder / path, files[path], is_directory=path.endswith("/"))
    for path in files:
        os.utime(folder / path, (times[path],) * 2, follow_symlinks=False)
    for directory in sorted(
        (path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()),
        reverse=True,
    ):
        directory.chmod(0o755)
        os.utime(directory, (EARLY, EARLY))
    for path, mode in given.modes.items():
        (folder / path).chmod(mode)


def _write_one(path: Path, content: str | bytes, *, is_directory: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_directory:
        path.mkdir()
    elif isinstance(content, str) and content.startswith("-> "):
        path.symlink_to(content[3:])
    elif isinstance(content, str) and content.startswith("=> "):
        path.hardlink_to(path.parent / content[3:])
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o644)
