"""Where files lie that nothing needs, as advice collects them."""

from __future__ import annotations

from collections.abc import Callable

from lightship.image.scan import Scan

Ignored = Callable[[bytes], bool]
# (subject, layer) -> the places of files in that layer
Places = dict[tuple[str, int], list[int]]


def takes_room(scan: Scan, index: int, ignored: Ignored) -> bool:
    """Whether a file has bytes, and the user wants to be told of it."""
    return scan.sizes[index] > 0 and not ignored(scan.paths[index])
