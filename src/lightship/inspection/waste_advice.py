"""Advice on waste: one finding for each pair of layers and reason; no byte is in two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lightship.image.stack import packed
from lightship.image.waste import Waste, WasteReason
from lightship.inspection.inspected_parts import InspectedParts, finding
from lightship.inspection.inspection import FindingPlace, ImageFinding
from lightship.inspection.made_places import MadePlaces
from lightship.inspection.own_waste import REWRITTEN, is_own
from lightship.inspection.phrases import ended
from lightship.inspection.saved_bytes import SavedFiles, last_copies
from lightship.inspection.subjects import SUBJECTS, placed
from lightship.lint.finding import Severity
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

# Bytes, and of the image's content: from either on waste is a warning
MUCH, MUCH_SHARE = 10_000_000, 0.05
_SUBJECTS = {
    WasteReason.REMOVED: "files-removed-later",
    WasteReason.HIDDEN: "files-hidden-later",
    WasteReason.METADATA: "files-copied-for-metadata",
    WasteReason.OVERWRITTEN: "files-overwritten",
    WasteReason.REPLACED: "files-replaced",
    WasteReason.REPEATED: "files-repeated",
}
_DONE = {
    WasteReason.REMOVED: "removed",
    WasteReason.HIDDEN: "hid",
    WasteReason.METADATA: "copied",
    WasteReason.OVERWRITTEN: "overwrote",
    WasteReason.REPLACED: "replaced",
}
_AGAIN = (WasteReason.OVERWRITTEN, WasteReason.METADATA)
_OF_BASE = ("waste-in-base-image", "base-files-removed")
_OF_LAYERS = frozenset((*_SUBJECTS.values(), "base-files-removed"))


class WasteCause(NamedTuple):
    """What is told together: a subject, the layers that wrote and ended the files, and why."""

    subject: str
    layer: int = 0
    by: int = 0
    reason: WasteReason | None = None


_DATABASES = WasteCause("package-databases-rewritten")


def find_waste_advice(known: InspectedParts) -> Iterator[SavedFiles]:
    """All that is worth a finding."""
    groups: dict[WasteCause, list[Waste]] = defaultdict(list)
    for item in known.contents.waste:
        if known.ignored(item.path):
            continue
        group = _group(known, item)
        # The first install has to rewrite what the base image has
        is_needed = group == _DATABASES and known.is_base(item.layer)
        if not is_needed:
            groups[group].append(item)

    for group, items in groups.items():
        least = SUBJECTS[group.subject].least
        if _bytes(items) >= least:
            found = _of_waste(known, group.subject, items)
            yield SavedFiles(found, _saved(known, items))


def _saved(known: InspectedParts, items: Sequence[Waste]) -> Iterator[int]:
    """The entries whose bytes would be saved.

    Of a file of the base image that was copied for its metadata that is the copy.
    """
    copied: list[int] = []
    for item in items:
        entry = packed(item.layer, item.entry)
        if known.is_base(item.layer) and is_own(item, known.bases):
            copied.append(entry)
        else:
            yield entry
    if copied:
        yield from last_copies(known, copied)


def _group(known: InspectedParts, item: Waste) -> WasteCause:
    if known.is_base(item.by):
        return WasteCause("waste-in-base-image")
    if item.reason in _AGAIN and item.path.startswith(REWRITTEN):
        return _DATABASES
    subject = _SUBJECTS[item.reason]
    if not is_own(item, known.bases):
        subject = "base-files-removed"
    return WasteCause(subject, item.layer, item.by, item.reason)


def _bytes(items: Sequence[Waste]) -> int:
    return sum(item.size for item in items)


def _of_waste(
    known: InspectedParts,
    subject: str,
    items: Sequence[Waste],
) -> ImageFinding:
    own = [item for item in items if is_own(item, known.bases)]
    saves = _bytes(own)
    all_bytes = _bytes(items)
    last = items[-1]
    files = count(len(items), "file")
    message = f"{SUBJECTS[subject].title}: {size(all_bytes)} in {files}{_below(items)}"
    is_of_layers = subject in _OF_LAYERS
    if is_of_layers and _is_one_pair(items):
        message += _layers(known, last)

    result = replace(
        finding(subject, message, len(items), known.blamed(last.by)),
        saves=saves,
        in_base=all_bytes - saves,
        advice=_advice(known, subject, items),
        places=MadePlaces(items, _size, _place),
    )
    is_info = result.severity == Severity.INFO
    if is_info and _is_much(known, saves):
        result = replace(result, severity=Severity.WARNING)
    return result


def _advice(known: InspectedParts, subject: str, items: Sequence[Waste]) -> str:
    """What to do, with the line that wrote the files, or of the base image."""
    if subject in _OF_BASE:
        return placed(SUBJECTS[subject].cure, known.base_line, is_run=False)
    return known.advice(subject, {item.layer for item in items})


def _size(item: Waste) -> int:
    return item.size


def _is_one_pair(items: Sequence[Waste]) -> bool:
    """Whether one layer wrote all and one ended all."""
    return len({(item.layer, item.by) for item in items}) == 1


def _place(item: Waste) -> FindingPlace:
    note = ended(item.reason, item.by)
    return FindingPlace(item.path, item.size, item.layer, seen=False, note=note)


def _is_much(known: InspectedParts, saves: int) -> bool:
    return saves >= MUCH or saves >= MUCH_SHARE * known.contents.content_bytes


def _layers(known: InspectedParts, item: Waste) -> str:
    wrote = f"; {known.named(item.layer)} wrote them"
    if item.reason is WasteReason.REPEATED:
        return wrote
    return f"{wrote}, {known.named(item.by)} {_DONE[item.reason]} them"


def _below(items: Sequence[Waste]) -> str:
    """Where they lie: the file, or the directory that has all of them."""
    paths = [item.path for item in items]
    if len(paths) == 1:
        return f" (/{escaped(paths[0], 200)})"

    low = min(paths)
    high = max(paths)
    shorter = min(len(low), len(high))
    same = 0
    while same < shorter and low[same] == high[same]:
        same += 1
    directory, _, _ = low[:same].rpartition(b"/")
    return f" below /{escaped(directory, 200)}" if directory else ""
