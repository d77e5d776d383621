"""What a layer did: for each entry whether it is new, or what it changed; and what the layer took away."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag

from lightship.image.scan import Kind, Scan
from lightship.image.stack import Cause, Stack, reference
from lightship.image.waste import Hash


class Change(IntFlag):
    """What differs from the entry that had the path before; NEW where none had it, SAME where nothing differs."""

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
        return tuple(each.name.lower() for each in Change if each and each in self and each.name)


METADATA = Change.MODE | Change.OWNER | Change.XATTRS | Change.MTIME


def change(stack: Stack, layer: int, index: int, hash_of: Hash) -> Change:
    """What an entry changed for the tree below its layer."""
    before = stack.before[layer][index]
    while before >= 0 and reference(before)[0] == layer:  # the layer has the path twice
        before = stack.before[layer][reference(before)[1]]
    if before < 0:
        return Change.NEW
    return _between(stack, reference(before), (layer, index), hash_of)


def _between(stack: Stack, old: tuple[int, int], new: tuple[int, int], hash_of: Hash) -> Change:
    one, other = stack.scan(old[0]), stack.scan(new[0])
    differs = attributes_between(one, old[1], other, new[1])
    if differs & Change.KIND and not {one.kinds[old[1]], other.kinds[new[1]]} <= {Kind.FILE, Kind.LINK}:
        return differs
    files = file_of(stack, *old), file_of(stack, *new)
    if files[0] and files[1] and not _same_content(stack, files[0], files[1], hash_of):
        differs |= Change.CONTENT
    return differs


def attributes_between(one: Scan, old: int, other: Scan, new: int) -> Change:
    """What differs between two entries but for their content."""
    before, after = one.owners[one.attributes[old]], other.owners[other.attributes[new]]
    differs = Change.SAME
    if one.kinds[old] != other.kinds[new] or one.devices.get(old) != other.devices.get(new):
        differs |= Change.KIND
    if before.mode != after.mode:
        differs |= Change.MODE
    if before[1:] != after[1:]:
        differs |= Change.OWNER
    if one.links.get(old) != other.links.get(new):
        differs |= Change.LINK
    if one.xattrs.get(old) != other.xattrs.get(new):
        differs |= Change.XATTRS
    if one.mtimes[old] != other.mtimes[new]:
        differs |= Change.MTIME
    return differs


def file_of(stack: Stack, layer: int, index: int) -> tuple[int, int] | None:
    """The entry that holds the content of a file or a hard link; None for what has none."""
    kind = stack.scan(layer).kinds[index]
    if kind == Kind.FILE:
        return layer, index
    file = stack.files.get(layer << 32 | index, -1) if kind == Kind.LINK else -1
    return reference(file) if file >= 0 else None


def _same_content(stack: Stack, old: tuple[int, int], new: tuple[int, int], hash_of: Hash) -> bool:
    if stack.scan(old[0]).sizes[old[1]] != stack.scan(new[0]).sizes[new[1]]:
        return False
    return old == new or hash_of(*old) == hash_of(*new)


def removed(stack: Stack, layer: int) -> Iterator[tuple[int, int, Cause]]:
    """The (layer, index, cause) of each entry that a layer took away and put nothing in its place."""
    for at in range(layer):
        for index, end in enumerate(stack.gone[at]):
            if end == layer and stack.why[at][index] not in (Cause.OVERWRITTEN, Cause.REPEATED):
                yield at, index, Cause(stack.why[at][index])
