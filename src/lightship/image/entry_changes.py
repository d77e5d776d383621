"""What a layer did: for each entry whether it is new, or what it changed.

And what the layer took away.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from enum import IntFlag
from functools import lru_cache

from lightship.image.scan import EntryKind, Scan
from lightship.image.stack import NEVER, EndReason, Stack, packed, reference
from lightship.image.waste import Hash


class EntryChange(IntFlag):
    """What differs from the entry that had the path before.

    NEW where none had it, SAME where nothing differs.
    """

    SAME = 0
    NEW = 1
    CONTENT = 2
    MODE = 4
    OWNER = 8
    LINK = 16
    XATTRS = 32
    MTIME = 64
    KIND = 128

    @property
    def words(self) -> tuple[str, ...]:
        """The names of what differs, in lower case: `content`, `mode` ..."""
        return tuple(
            each.name.lower()
            for each in EntryChange
            if each and each in self and each.name
        )


_TAKEN = (int(EndReason.REMOVED), int(EndReason.HIDDEN), int(EndReason.REPLACED))
METADATA = EntryChange.MODE | EntryChange.OWNER | EntryChange.XATTRS | EntryChange.MTIME


def change(stack: Stack, layer: int, index: int, hash_of: Hash) -> EntryChange:
    """What an entry changed for the tree below its layer."""
    before = entry_below(stack, layer, index)
    return (
        _between(stack, before, (layer, index), hash_of) if before else EntryChange.NEW
    )


def entry_below(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry of a lower layer whose place an entry took.

    None where the layers below had nothing there.
    """
    before = stack.before[layer][index]
    if before >= 0 and reference(before)[0] == layer:  # the layer has the path twice
        before = _below(stack, layer)[index]
    return reference(before) if before >= 0 else None


@lru_cache(maxsize=2)
def _below(stack: Stack, layer: int) -> array[int]:
    """`before` of a layer without its own entries, all at once: a path may be there a million
    times.
    """
    below = array("q")
    for before in stack.before[layer]:
        at, index = reference(before)
        below.append(below[index] if before >= 0 and at == layer else before)
    return below


def _between(
    stack: Stack, old: tuple[int, int], new: tuple[int, int], hash_of: Hash
) -> EntryChange:
    one, other = stack.scan(old[0]), stack.scan(new[0])
    differs = attributes_between(one, old[1], other, new[1])
    if differs & EntryChange.KIND and not {one.kinds[old[1]], other.kinds[new[1]]} <= {
        EntryKind.FILE,
        EntryKind.LINK,
    }:
        return differs
    files = file_of(stack, *old), file_of(stack, *new)
    if files[0] and files[1] and not _same_content(stack, files[0], files[1], hash_of):
        differs |= EntryChange.CONTENT
    return differs


def attributes_between(one: Scan, old: int, other: Scan, new: int) -> EntryChange:
    """What differs between two entries but for their content."""
    before, after = one.owners[one.attributes[old]], other.owners[other.attributes[new]]
    differs = EntryChange.SAME
    if one.kinds[old] != other.kinds[new] or one.devices.get(old) != other.devices.get(
        new
    ):
        differs |= EntryChange.KIND
    if before.mode != after.mode:
        differs |= EntryChange.MODE
    if before[1:] != after[1:]:
        differs |= EntryChange.OWNER
    if one.links.get(old) != other.links.get(new):
        differs |= EntryChange.LINK
    if one.xattrs.get(old) != other.xattrs.get(new):
        differs |= EntryChange.XATTRS
    if one.mtimes[old] != other.mtimes[new]:
        differs |= EntryChange.MTIME
    return differs


def file_of(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry that holds the content of a file or a hard link; None for what has none."""
    kind = stack.scan(layer).kinds[index]
    if kind == EntryKind.FILE:
        return layer, index
    file = stack.files.get(packed(layer, index), -1) if kind == EntryKind.LINK else -1
    return reference(file) if file >= 0 else None


def seen_name(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry by which the final image shows a file: its own, or a hard link to it.

    None where it shows it not.
    """
    names = (
        (layer, index),
        *map(reference, stack.linked.get(packed(layer, index), ())),
    )
    return next(
        ((at, place) for at, place in names if stack.gone[at][place] == NEVER), None
    )


def _same_content(
    stack: Stack, old: tuple[int, int], new: tuple[int, int], hash_of: Hash
) -> bool:
    if stack.scan(old[0]).sizes[old[1]] != stack.scan(new[0]).sizes[new[1]]:
        return False
    return old == new or hash_of(*old) == hash_of(*new)


def removed(stack: Stack) -> Iterator[tuple[int, int]]:
    """The (layer, index) of each entry that a later layer took away and put nothing in its
    place.
    """
    replaced = _replaced(stack)
    for layer, why in enumerate(stack.why):
        if any(why.count(cause) for cause in _TAKEN):
            for index, (cause, end) in enumerate(
                zip(why, stack.gone[layer], strict=True)
            ):
                if (
                    cause in _TAKEN
                    and end > layer
                    and packed(layer, index) not in replaced
                ):
                    yield layer, index


def _replaced(stack: Stack) -> set[int]:
    """The entries whose own path became something of another type."""
    if not any(why.count(EndReason.REPLACED) for why in stack.why):
        return set()
    found = set()
    for before in (
        before for column in stack.before for before in column if before >= 0
    ):
        layer, index = reference(before)
        if stack.why[layer][index] == EndReason.REPLACED:
            found.add(before)
    return found
