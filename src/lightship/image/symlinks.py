"""Where a path leads through symbolic links, as Linux follows them (path_resolution(7))."""

from __future__ import annotations

from collections.abc import Callable

# 4096 and 40 are Linux' (PATH_MAX, MAXSYMLINKS)
_MOST_BYTES = 4096
_MOST_LINKS = 40
_MOST_PARTS = 64


def real_path(path: bytes, target: Callable[[bytes], bytes | None]) -> bytes | None:
    """A path from the root without links in it; `..` never leads above the root.

    `target` gives what a link has in it, by the link's path, and None for anything else. None
    where the path goes in a circle, or beyond Linux' limits, or where more than 64 parts wait.
    """
    if len(path) > _MOST_BYTES:
        return None
    waiting = path.split(b"/")[::-1]  # the next part is the last
    here = b""
    followed = 0
    while waiting:
        if len(waiting) > _MOST_PARTS or len(here) > _MOST_BYTES:
            return None
        part = waiting.pop()
        if part == b"..":
            here = here.rpartition(b"/")[0]
            continue
        if part in (b"", b"."):
            continue

        named = here + b"/" + part if here else part
        link = target(named)
        if link is None:
            here = named
            continue
        followed += 1
        if followed > _MOST_LINKS or len(link) > _MOST_BYTES:
            return None
        if link[:1] == b"/":
            here = b""
        waiting += link.split(b"/")[::-1]
    return here
