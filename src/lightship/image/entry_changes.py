"""What a layer did: for each entry whether it is new, or what it changed.

And what the layer took away.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from enum import IntFlag
from functools import lru_cache
from itertools import chain

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
        return tuple([flag.name.lower() for flag in self if flag.name])


Place = tuple[int, int]  # a layer, and the index of an entry in it

_WITH_CONTENT = {EntryKind.FILE, EntryKind.LINK}
_TAKEN = tuple(map(int, (EndReason.REMOVED, EndReason.HIDDEN, EndReason.REPLACED)))
METADATA = EntryChange.MODE | EntryChange.OWNER | EntryChange.XATTRS | EntryChange.MTIME


def change(stack: Stack, layer: int, index: int, hash_of: Hash) -> EntryChange:
    """What an entry changed for the tree below its layer."""
    before = entry_below(stack, layer, index)
    if before is None:
        return EntryChange.NEW
    return _between(stack, before, (layer, index), hash_of)


def entry_below(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry of a lower layer whose place an entry took.

    None where the layers below had nothing there.
    """
    before = stack.before[layer][index]
    if before < 0:
        return None
    place = reference(before)
    is_twice = place[0] == layer  # the layer has the path twice
    if not is_twice:
        return place
    below = _below(stack, layer)[index]
    return reference(below) if below >= 0 else None


@lru_cache(maxsize=2)
def _below(stack: Stack, layer: int) -> array[int]:
    """`before` of a layer without its own entries, all at once: a path may be there a million
    times.
    """
    below = array("q")
    for before in stack.before[layer]:
        at, index = reference(before)
        is_own = before >= 0 and at == layer
        below.append(below[index] if is_own else before)
    return below


def _between(stack: Stack, old: Place, new: Place, hash_of: Hash) -> EntryChange:
    old_layer, old_index = old
    new_layer, new_index = new
    before = stack.scan(old_layer)
    after = stack.scan(new_layer)
    differs = attributes_between(before, old_index, after, new_index)
    if differs & EntryChange.KIND:
        kinds = {before.kinds[old_index], after.kinds[new_index]}
        if not kinds <= _WITH_CONTENT:
            return differs

    old_file = file_of(stack, *old)
    new_file = file_of(stack, *new)
    if old_file is None or new_file is None:
        return differs
    if not _same_content(stack, old_file, new_file, hash_of):
        differs |= EntryChange.CONTENT
    return differs


def attributes_between(before: Scan, old: int, after: Scan, new: int) -> EntryChange:
    """What differs between two entries but for their content."""
    differs = EntryChange.SAME
    is_same_kind = before.kinds[old] == after.kinds[new]
    if not is_same_kind or before.devices.get(old) != after.devices.get(new):
        differs |= EntryChange.KIND
    was = before.owners[before.attributes[old]]
    now = after.owners[after.attributes[new]]
    if was.mode != now.mode:
        differs |= EntryChange.MODE
    if was[1:] != now[1:]:
        differs |= EntryChange.OWNER
    if before.links.get(old) != after.links.get(new):
        differs |= EntryChange.LINK
    if before.xattrs.get(old) != after.xattrs.get(new):
        differs |= EntryChange.XATTRS
    if before.mtimes[old] != after.mtimes[new]:
        differs |= EntryChange.MTIME
    return differs


def file_of(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry that holds the content of a file or a hard link; None for what has none."""
    kind = stack.scan(layer).kinds[index]
    if kind == EntryKind.FILE:
        return layer, index
    if kind != EntryKind.LINK:
        return None
    file = stack.files.get(packed(layer, index), -1)
    return reference(file) if file >= 0 else None


def seen_name(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry by which the final image shows a file: its own, or a hard link to it.

    None where it shows it not.
    """
    links = stack.linked.get(packed(layer, index), ())
    names = [(layer, index), *map(reference, links)]
    for at, place in names:
        is_seen = stack.gone[at][place] == NEVER
        if is_seen:
            return at, place
    return None


def _same_content(stack: Stack, old: Place, new: Place, hash_of: Hash) -> bool:
    if old == new:
        return True
    old_size = _size(stack, *old)
    new_size = _size(stack, *new)
    if old_size != new_size:
        return False
    return hash_of(*old) == hash_of(*new)


def _size(stack: Stack, layer: int, index: int) -> int:
    return stack.scan(layer).sizes[index]


def removed(stack: Stack) -> Iterator[tuple[int, int]]:
    """The (layer, index) of each entry that a later layer took away and put nothing in its
    place.
    """
    replaced = _replaced(stack)
    for layer, why in enumerate(stack.why):
        if not any(why.count(cause) for cause in _TAKEN):
            continue
        ends = zip(why, stack.gone[layer], strict=True)
        for index, (cause, end) in enumerate(ends):
            if cause not in _TAKEN or end <= layer:
                continue
            if packed(layer, index) not in replaced:
                yield layer, index


def _replaced(stack: Stack) -> set[int]:
    """The entries whose own path became something of another type."""
    if not any(why.count(EndReason.REPLACED) for why in stack.why):
        return set()
    replaced: set[int] = set()
    for before in chain.from_iterable(stack.before):
        if before < 0:
            continue
        layer, index = reference(before)
        if stack.why[layer][index] == EndReason.REPLACED:
            replaced.add(before)
    return replaced
