"""Whether two images are the same, and if not the first reason.

It is in the platform, the config, the layers or their entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lightship.image.entry_changes import EntryChange, attributes_between, file_of
from lightship.image.read import Contents
from lightship.image.scan import EntryKind, Scan
from lightship.inspection.comparison import ConfigChange
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_LONGEST = 100  # characters of a value that a reason quotes


@record(eq=False, frozen=False)
class Compared:
    """The two images.

    `shared` has the layers of one that are in the other, `ignored` is what does not count. `unseen`
    counts files of layers whose contents could not be compared.
    """

    before: Contents
    after: Contents
    shared: Mapping[int, int]
    ignored: EntryChange
    unseen: int = 0

    def are_one(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Whether two entries are the same one of a layer that both images have."""
        old_layer, old_index = old
        new_layer, new_index = new
        return old_index == new_index and self.shared.get(old_layer) == new_layer

    def files(
        self,
        old: tuple[int, int],
        new: tuple[int, int],
    ) -> tuple[EntryChange, bool]:
        """What differs between what two paths show, and whether their contents could be compared.

        It does not matter which name of a file the tar has as the file, and which as hard links to
        it.
        """
        differs = self.entries(old, new)
        before = file_of(self.before.stack, *old)
        after = file_of(self.after.stack, *new)
        if before is None or after is None:
            return differs, True
        differs &= ~(EntryChange.LINK | EntryChange.KIND)
        changed = self._contents(before, after)
        if changed:
            differs |= EntryChange.CONTENT
        return differs, changed is not None

    def entries(self, old: tuple[int, int], new: tuple[int, int]) -> EntryChange:
        """What differs between two entries but for their content."""
        old_layer, old_index = old
        new_layer, new_index = new
        before = self.before.stack.scan(old_layer)
        after = self.after.stack.scan(new_layer)
        differs = attributes_between(before, old_index, after, new_index)
        return differs & ~self.ignored

    def _contents(self, old: tuple[int, int], new: tuple[int, int]) -> bool | None:
        """Whether the contents of two files differ; None where that cannot be known."""
        if self.are_one(old, new):
            return False
        size = _size(self.before, *old)
        if size != _size(self.after, *new):
            return True
        if not size:
            return False
        can_hash = _can_hash(self.before, *old) and _can_hash(self.after, *new)
        if not can_hash:
            return None
        return self.before.hash_of(*old) != self.after.hash_of(*new)


def _size(contents: Contents, layer: int, index: int) -> int:
    return contents.stack.scan(layer).sizes[index]


def _can_hash(contents: Contents, layer: int, index: int) -> bool:
    """Whether a file's content was hashed, or can be without fetching a layer for it."""
    scan = contents.stack.scan(layer)
    if scan.has_table or index in scan.real_sizes:
        return False
    if scan.hashes is not None:
        return True
    blob = contents.opened.blobs[layer]
    return blob is not None and not blob.is_remote


def first_reason(
    compared: Compared,
    config: Sequence[ConfigChange],
    semantic: bool,
) -> str:
    """Why two images are not the same, as a sentence without a full stop; empty where they are."""
    before = compared.before.image
    after = compared.after.image
    if before.platform != after.platform:
        old = escaped(str(before.platform))
        new = escaped(str(after.platform))
        return f"the platform is {old} before and {new} after"
    if config:
        return _config_reason(config[0])

    old_count = len(before.layers)
    new_count = len(after.layers)
    if old_count != new_count:
        return f"there are {old_count} layers before and {new_count} after"
    for layer in range(old_count):
        if reason := _layer_reason(compared, layer, semantic):
            return f"layer {layer + 1}: {reason}"
    return ""


def _config_reason(change: ConfigChange) -> str:
    name = escaped(change.name)
    if change.before == change.after:  # but for the secrets, which are not shown
        return f"the config's {name} differs"
    before = _value(change.before)
    after = _value(change.after)
    return f"the config's {name} is {before} before and {after} after"


def _value(setting: str | None) -> str:
    if setting is None:
        return "not set"
    return escaped(setting, _LONGEST) or "empty"


def _layer_reason(compared: Compared, layer: int, semantic: bool) -> str:
    before = compared.before.image.layers[layer]
    after = compared.after.image.layers[layer]
    if before.diff_id is not None and before.diff_id == after.diff_id:
        return ""
    old = compared.before.stack.scans[layer]
    new = compared.after.stack.scans[layer]
    if old is None or new is None:
        return "the diff IDs differ, and the content of one of them is missing"

    reason = _entries_reason(compared, layer, old, new) or _whiteouts_reason(old, new)
    if reason:
        return reason
    if compared.unseen:
        return f"the contents of {count(compared.unseen, 'file')} could not be compared"
    if semantic:
        return ""
    if old.paths != new.paths:
        return "its entries are the same, in a different order"
    return "its entries are the same, but the bytes of its tar differ"


def _entries_reason(compared: Compared, layer: int, old: Scan, new: Scan) -> str:
    """The first entry that differs, in the order of the tar before.

    Then the first that is only in the one after.
    """
    # Of a path twice in a layer the last counts
    places = {path: index for index, path in enumerate(new.paths)}
    for index, path in enumerate(old.paths):
        if path not in places:
            return f"/{escaped(path)} is only in the image before"
        before = (layer, index)
        after = (layer, places[path])
        differs = compared.entries(before, after)
        if not differs and old.kinds[index] == EntryKind.FILE:
            differs, known = compared.files(before, after)
            compared.unseen += not known
        if differs:
            return f"/{escaped(path)} differs in {', '.join(differs.words)}"

    known_paths = set(old.paths)
    for path in new.paths:
        if path not in known_paths:
            return f"/{escaped(path)} is only in the image after"
    return ""


def _whiteouts_reason(old: Scan, new: Scan) -> str:
    return _removal(old.whiteouts, new.whiteouts) or _removal(old.opaques, new.opaques)


def _removal(before: Iterable[bytes], after: Iterable[bytes]) -> str:
    """The first path that one of them alone removes."""
    old = set(before)
    new = set(after)
    for path in sorted(old ^ new):
        when = "before" if path in old else "after"
        return f"/{escaped(path)} is removed only in the image {when}"
    return ""
