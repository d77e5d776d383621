"""The contents of an image one by one: where each lies, how large it is, and whether anyone can read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lightship.image.owners import UNOWNED, Owners
from lightship.image.read import Contents
from lightship.image.stack import NEVER, Stack, packed, reference


class Content(NamedTuple):
    """The content of a regular file that is not empty: `size` bytes that layer `layer` wrote at `path`, as its
    entry number `place`.

    `wasted` as waste.py defines it. Where only a hard link is left of it, `path` is that link's.
    """

    size: int
    path: bytes
    layer: int
    place: int
    wasted: bool


def all_contents(contents: Contents) -> Iterator[Content]:
    """Each content that the layers ship, the lowest layer first; their sizes add up to `content_bytes`."""
    wasted = {packed(item.layer, item.entry) for item in contents.waste}
    stack = contents.stack
    for layer, scan in enumerate(stack.scans):
        if scan is None:
            continue
        gone = stack.gone[layer]
        for index, size in enumerate(scan.sizes):
            if not size:
                continue
            is_waste = packed(layer, index) in wasted
            left = gone[index] == NEVER or is_waste
            path = scan.paths[index] if left else _link(stack, layer, index)
            yield Content(size, path, layer, index, is_waste)


def _link(stack: Stack, layer: int, index: int) -> bytes:
    """The path of a hard link that is seen to a file that is not."""
    for at, place in map(reference, stack.linked.get(packed(layer, index), ())):
        if stack.gone[at][place] == NEVER:
            return stack.scan(at).paths[place]
    return stack.scan(layer).paths[index]


def owner(owners: Owners, layer: int, index: int) -> int:
    """The place of a content's package, or UNOWNED."""
    column = owners.owner[layer] if layer < len(owners.owner) else ()
    return column[index] if index < len(column) else UNOWNED
