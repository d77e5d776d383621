"""Waste: the bytes that a layer ships and that no one can read in the final image.

`docs/image.md` has the definitions for users; in short:

* The content of a regular file is waste when its entry is not seen in the final image and no hard
  link to it is either.
* A hard link, a directory, a symbolic link, a whiteout have no bytes of their own. A sparse file
  has those in the tar.
* Bytes are wasted once, by the layer that ended the last name of them.
* `efficiency` = 1 - waste / content bytes of all layers; 1 where there is no content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER, EndReason, Stack, packed, reference

Hash = Callable[[int, int], int]  # (layer, index) of a file -> a hash of its content

_FILE = int(EntryKind.FILE)


class WasteReason(StrEnum):
    """Why bytes are waste."""

    OVERWRITTEN = "overwritten"
    # Overwritten by a copy of the same content: for its mode, owner or time, or for nothing
    METADATA = "metadata"
    REMOVED = "removed"
    HIDDEN = "hidden"  # by an opaque whiteout of a directory
    REPLACED = "replaced"  # by something of another type
    REPEATED = "repeated"  # in its own layer


_REASONS = {
    EndReason.OVERWRITTEN: WasteReason.OVERWRITTEN,
    EndReason.REMOVED: WasteReason.REMOVED,
    EndReason.HIDDEN: WasteReason.HIDDEN,
    EndReason.REPLACED: WasteReason.REPLACED,
    EndReason.REPEATED: WasteReason.REPEATED,
}


class Waste(NamedTuple):
    """`size` bytes that layer `layer` wrote at `path`, as its entry number `entry`, and that
    layer `by` made waste.
    """

    path: bytes
    size: int
    layer: int
    entry: int
    by: int
    reason: WasteReason


def find_waste(stack: Stack, hash_of: Hash) -> list[Waste]:
    """All of an image, by layer and place in it.

    `hash_of` is asked only of two files of one size at one path.
    """
    copied = _copied(stack, hash_of)
    return [
        item
        for layer in range(len(stack.scans))
        for item in _of_layer(stack, layer, copied)
    ]


def _of_layer(stack: Stack, layer: int, copied: set[int]) -> Iterator[Waste]:
    scan = stack.scans[layer]
    if scan is None:
        return
    gone = stack.gone[layer]
    why = stack.why[layer]
    sizes = scan.sizes
    for index, end in enumerate(gone):
        if end == NEVER or not sizes[index]:
            continue
        by = end
        cause = why[index]
        name = packed(layer, index)
        for at, place in map(reference, stack.linked.get(name, ())):
            if stack.gone[at][place] > by:
                by = stack.gone[at][place]
                cause = stack.why[at][place]
        if by != NEVER:
            reason = _REASONS[EndReason(cause)]
            if name in copied:
                reason = WasteReason.METADATA
            yield Waste(scan.paths[index], sizes[index], layer, index, by, reason)


def _copied(stack: Stack, hash_of: Hash) -> set[int]:
    """The files that a later layer has again with the same content, as references."""
    copied: set[int] = set()
    for layer, scan in enumerate(stack.scans):
        if scan is None:
            continue
        for index, before in enumerate(stack.before[layer]):
            if before < 0 or before >> 32 == layer:
                continue
            new = (layer, index)
            if scan.kinds[index] != _FILE:  # perhaps a hard link to one
                new = reference(stack.files.get(packed(layer, index), -1))
            old = reference(before)
            if new[0] < 0 or not _sizes_alike(stack, old, new):
                continue
            if hash_of(*old) == hash_of(*new):
                copied.add(before)
    return copied


def _sizes_alike(stack: Stack, old: tuple[int, int], new: tuple[int, int]) -> bool:
    old_layer, old_index = old
    new_layer, new_index = new
    old_scan = stack.scan(old_layer)
    new_scan = stack.scan(new_layer)
    old_size = old_scan.sizes[old_index]
    if old == new or old_scan.kinds[old_index] != _FILE or not old_size:
        return False
    return old_size == new_scan.sizes[new_index]
