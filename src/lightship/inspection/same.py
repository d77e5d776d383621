"""Whether two images are the same, and if not the first reason.

It is in the platform, the config, the layers or their entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.image.entry_changes import EntryChange, attributes_between, file_of
from lightship.image.read import Contents
from lightship.image.scan import EntryKind, Scan
from lightship.inspection.comparison import ConfigChange
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_FILES = (EntryKind.FILE, EntryKind.LINK)
_LONGEST = 100  # characters of a value that a reason quotes


@record(eq=False, frozen=False)
class Compared:
    """The two images.

    `shared` has the layers of one that are in the other, `ignored` is what does not count.

    `unseen` counts files of layers whose contents could not be compared.
    """

    before: Contents
    after: Contents
    shared: Mapping[int, int]
    ignored: EntryChange
    unseen: int = 0

    def are_one(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Whether two entries are the same one of a layer that both images have."""
        return self.shared.get(old[0]) == new[0] and old[1] == new[1]

    def files(
        self, old: tuple[int, int], new: tuple[int, int]
    ) -> tuple[EntryChange, bool]:
        """What differs between what two paths show, and whether their contents could be compared.

        It does not matter which name of a file the tar has as the file, and which as hard links to
        it.
        """
        differs = self.entries(old, new)
        files = file_of(self.before.stack, *old), file_of(self.after.stack, *new)
        if files[0] is None or files[1] is None:
            return differs, True
        differs &= ~(EntryChange.LINK | EntryChange.KIND)
        changed = self._contents(files[0], files[1])
        return differs | (
            EntryChange.CONTENT if changed else EntryChange.SAME
        ), changed is not None

    def entries(self, old: tuple[int, int], new: tuple[int, int]) -> EntryChange:
        """What differs between two entries but for their content."""
        one, other = self.before.stack.scan(old[0]), self.after.stack.scan(new[0])
        return attributes_between(one, old[1], other, new[1]) & ~self.ignored

    def _contents(self, old: tuple[int, int], new: tuple[int, int]) -> bool | None:
        """Whether the contents of two files differ; None where that cannot be known."""
        if self.are_one(old, new):
            return False
        one, other = self.before.stack.scan(old[0]), self.after.stack.scan(new[0])
        if one.sizes[old[1]] != other.sizes[new[1]]:
            return True
        if not one.sizes[old[1]]:
            return False
        if not (_can_hash(self.before, *old) and _can_hash(self.after, *new)):
            return None
        return self.before.hash_of(*old) != self.after.hash_of(*new)


def _can_hash(contents: Contents, layer: int, index: int) -> bool:
    """Whether a file's content was hashed, or can be without fetching a layer for it."""
    scan, blob = contents.stack.scan(layer), contents.opened.blobs[layer]
    if scan.has_table or index in scan.real_sizes:
        return False
    return scan.hashes is not None or (blob is not None and not blob.is_remote)


def first_reason(
    compared: Compared, config: Sequence[ConfigChange], semantic: bool
) -> str:
    """Why two images are not the same, as a sentence without a full stop; empty where they are."""
    one, other = compared.before.image, compared.after.image
    if one.platform != other.platform:
        return f"the platform is {escaped(str(one.platform))} before and {escaped(str(other.platform))} after"
    if config:
        return _config_reason(config[0])
    if len(one.layers) != len(other.layers):
        return (
            f"there are {len(one.layers)} layers before and {len(other.layers)} after"
        )
    for layer in range(len(one.layers)):
        if reason := _layer_reason(compared, layer, semantic):
            return f"layer {layer + 1}: {reason}"
    return ""


def _config_reason(change: ConfigChange) -> str:
    if change.before == change.after:  # but for the secrets, which are not shown
        return f"the config's {escaped(change.name)} differs"
    values = [
        "not set" if value is None else escaped(value, _LONGEST) or "empty"
        for value in (change.before, change.after)
    ]
    return f"the config's {escaped(change.name)} is {values[0]} before and {values[1]} after"


def _layer_reason(compared: Compared, at: int, semantic: bool) -> str:
    one, other = compared.before.image.layers[at], compared.after.image.layers[at]
    if one.diff_id is not None and one.diff_id == other.diff_id:
        return ""
    old, new = compared.before.stack.scans[at], compared.after.stack.scans[at]
    if old is None or new is None:
        return "the diff IDs differ, and the content of one of them is missing"
    reason = _entries_reason(compared, at, old, new) or _whiteouts_reason(old, new)
    if reason:
        return reason
    if compared.unseen:
        return f"the contents of {count(compared.unseen, 'file')} could not be compared"
    if semantic:
        return ""
    if old.paths != new.paths:
        return "its entries are the same, in a different order"
    return "its entries are the same, but the bytes of its tar differ"


def _entries_reason(compared: Compared, at: int, old: Scan, new: Scan) -> str:
    """The first entry that differs, in the order of the tar before.

    Then the first that is only in the one after.
    """
    places = {
        path: index for index, path in enumerate(new.paths)
    }  # of a path twice in a layer the last counts
    for index, path in enumerate(old.paths):
        if path not in places:
            return f"/{escaped(path)} is only in the image before"
        differs = compared.entries((at, index), (at, places[path]))
        if not differs and old.kinds[index] == EntryKind.FILE:
            differs, known = compared.files((at, index), (at, places[path]))
            compared.unseen += not known
        if differs:
            return f"/{escaped(path)} differs in {', '.join(differs.words)}"
    known_paths = set(old.paths)
    only = next((path for path in new.paths if path not in known_paths), None)
    return f"/{escaped(only)} is only in the image after" if only is not None else ""


def _whiteouts_reason(old: Scan, new: Scan) -> str:
    for one, other in ((old.whiteouts, new.whiteouts), (old.opaques, new.opaques)):
        only = sorted(set(one) ^ set(other))
        if only:
            when = "before" if only[0] in set(one) else "after"
            return f"/{escaped(only[0])} is removed only in the image {when}"
    return ""
