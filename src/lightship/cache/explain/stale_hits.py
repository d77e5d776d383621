"""Where the engine itself may give a stale hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.cache.selection.context_tree import FileTree
from lightship.context.files import FileKind


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
        old, new = before.files.get(path), after.files.get(path)
        if (
            old is not None
            and new is not None
            and old.kind is new.kind is FileKind.DIRECTORY
        ):
            yield (
                f"the mode of `{path}` alone is another: where both were built in one "
                "directory, BuildKit misses that"
            )
            continue
        times = before.time(path), after.time(path)
        if (
            old is None
            or new is None
            or times[0] is None
            or times[0] != times[1]
            or old.size != new.size
        ):
            continue
        if (
            old.mode == new.mode
            and old.kind is new.kind
            and before.identity(path) != after.identity(path)
        ):
            yield (
                f"`{path}` has other bytes, but size and time are as before: where both were "
                "built in one directory, "
                "BuildKit does not send it again, and takes the old one from its cache"
            )
