"""Where the engine itself may give a stale hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import File, FileKind


def stale_warnings(
    paths: Iterable[str],
    before: FileTree,
    after: FileTree,
) -> Iterator[str]:
    """Changed files whose size and time are as before: from the same directory the client
    does not send them again.

    Source: tonistiigi/fsutil, diff_containerd.go (sameFile); moby/buildkit issue 2592.
    """
    for path in paths:
        old = before.files.get(path)
        new = after.files.get(path)
        if old is None or new is None:
            continue
        if old.kind is new.kind is FileKind.DIRECTORY:
            yield (
                f"only the mode of `{path}` changed: from the same directory, BuildKit does "
                "not notice"
            )
            continue

        time = before.time(path)
        is_same_time = time is not None and time == after.time(path)
        if not is_same_time or not _looks_same(old, new):
            continue
        if before.identity(path) != after.identity(path):
            yield (
                f"`{path}` changed, but not its size and time: from the same directory, "
                "BuildKit reuses the old bytes"
            )


def _looks_same(old: File, new: File) -> bool:
    """Whether all is the same that the client compares, beside the time."""
    if old.kind is not new.kind:
        return False
    return old.size == new.size and old.mode == new.mode
