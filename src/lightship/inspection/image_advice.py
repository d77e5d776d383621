"""Findings: what could be saved and what is unsafe, each with its line and what to do.

First come secrets and other errors, then what saves most. All sizes are measured: the content of
files that are waste, or that are in the final image and not needed there. Where files belong to two
subjects (documentation of a compiler) both count them, so that the sums of different subjects must
not be added; those of waste may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest

from lightship.image.stack import NEVER, reference
from lightship.image.waste import Waste, WasteReason
from lightship.inspection.inspected_parts import (
    MOST_PLACES,
    InspectedParts,
    finding,
    of_base,
    of_bytes,
)
from lightship.inspection.inspection import Duplicate, FindingPlace, ImageFinding
from lightship.inspection.leftover_files import (
    Places,
    find_leftovers,
    of_packages,
    unused_venvs,
)
from lightship.inspection.phrases import ended
from lightship.inspection.risks import find_risks
from lightship.inspection.subjects import NAMED, SUBJECTS
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
_REWRITTEN: tuple[bytes, ...] = (
    b"var/lib/dpkg/",
    b"var/cache/debconf/",
    b"var/lib/rpm/",
    b"usr/lib/sysimage/rpm/",
    b"lib/apk/db/",
    b"etc/ld.so.cache",
    b"var/cache/ldconfig/",
    b"var/log/",
    b"usr/lib/apk/db/",
    b"var/lib/apt/extended_states",
)
_AGAIN = (WasteReason.OVERWRITTEN, WasteReason.METADATA)
# One cure serves for all layers
_TOGETHER = frozenset(("documentation", "translations", "logs", "debug-symbols"))
_OF_LAYERS = frozenset(_SUBJECTS.values())
_IN_BASE = (
    "They are in the base image, which this Dockerfile cannot shrink: "
    "choose a smaller one."
)

EntryPlace = tuple[int, int]  # (layer, index)


def find_advice(
    known: InspectedParts,
    duplicates: Sequence[Duplicate] = (),
) -> tuple[ImageFinding, ...]:
    """All findings of an image."""
    findings = (
        *_waste(known),
        *_content(known),
        *_duplicates(known, duplicates),
        *find_risks(known),
    )
    return tuple(sorted(findings, key=_rank))


def _rank(item: ImageFinding) -> tuple[bool, int, int, str]:
    is_first = item.severity == Severity.ERROR or item.id == NAMED
    return not is_first, -(item.saves or 0), -item.severity, item.id


def _waste(known: InspectedParts) -> Iterator[ImageFinding]:
    """One for each pair of layers and reason; no byte is in two of them."""
    groups: dict[tuple[str, int, int], list[Waste]] = defaultdict(list)
    for item in known.contents.waste:
        if known.ignored(item.path):
            continue
        group = _group(known, item)
        groups[group].append(item)

    for (subject, _, _), items in groups.items():
        least = SUBJECTS[subject].least
        if _bytes(items) >= least:
            yield _of_waste(known, subject, items)


def _group(known: InspectedParts, item: Waste) -> tuple[str, int, int]:
    """The subject that waste is told under, and the layers that wrote and ended it."""
    if known.is_base(item.by):
        return "waste-in-base-image", 0, 0
    if item.reason in _AGAIN and item.path.startswith(_REWRITTEN):
        return "package-databases-rewritten", 0, 0
    return _SUBJECTS[item.reason], item.layer, item.by


def _bytes(items: Sequence[Waste]) -> int:
    return sum(item.size for item in items)


def _of_waste(
    known: InspectedParts,
    subject: str,
    items: Sequence[Waste],
) -> ImageFinding:
    saves = _bytes(items)
    last = items[-1]
    files = count(len(items), "file")
    message = f"{SUBJECTS[subject].title}: {size(saves)} in {files}{_below(items)}"
    is_of_layers = subject in _OF_LAYERS
    if is_of_layers and _is_one_pair(items):
        message += _layers(known, last)

    largest_items = nlargest(MOST_PLACES, items, key=lambda item: item.size)
    result = replace(
        finding(subject, message, len(items), known.blamed(last.by)),
        saves=saves,
        places=tuple(map(_place, largest_items)),
    )
    was_copied = last.reason is WasteReason.METADATA
    if is_of_layers and known.is_base(last.layer) and not was_copied:
        result = replace(result, advice=_IN_BASE, rule="")
    is_info = result.severity == Severity.INFO
    if is_info and _is_much(known, saves) and not known.is_base(last.by):
        result = replace(result, severity=Severity.WARNING)
    return result


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


def _content(known: InspectedParts) -> Iterator[ImageFinding]:
    leftovers = find_leftovers(known.contents, known.owners, known.ignored)
    for places in (
        leftovers.places,
        of_packages(known.contents, known.owners, known.ignored),
        unused_venvs(known.contents, leftovers, known.ignored),
    ):
        subjects = dict.fromkeys(subject for subject, _ in places)
        for subject in subjects:
            yield from _of_subject(known, subject, places)


def _of_subject(
    known: InspectedParts,
    subject: str,
    places: Places,
) -> Iterator[ImageFinding]:
    """One for each layer that wrote enough.

    Those of the base image together, and those of layers with little.
    """
    by_layer = _by_origin(known, subject, places)
    sizes: dict[int, int] = {}
    for layer, entries in by_layer.items():
        sizes[layer] = sum(known.size(*entry) for entry in entries)

    least = SUBJECTS[subject].least
    for group in _layer_groups(known, subject, sizes):
        saves = sum(sizes[layer] for layer in group)
        if saves < least:
            continue
        largest_first = sorted(group, key=lambda layer: -sizes[layer])
        all_entries: list[EntryPlace] = []
        for layer in group:
            all_entries += by_layer[layer]
        yield of_bytes(known, subject, all_entries, saves, largest_first)


def _by_origin(
    known: InspectedParts,
    subject: str,
    places: Places,
) -> dict[int, list[EntryPlace]]:
    """The entries of a subject by the layer that wrote them."""
    stack = known.contents.stack
    by_layer: dict[int, list[EntryPlace]] = defaultdict(list)
    for (name, layer), indices in places.items():
        before = stack.before[layer]
        if name != subject:
            continue
        for index in indices:
            origin = layer if before[index] < 0 else _origin(known, layer, index)
            by_layer[origin].append((layer, index))
    return by_layer


def _layer_groups(
    known: InspectedParts,
    subject: str,
    sizes: Mapping[int, int],
) -> list[list[int]]:
    """The layers that are told of together."""
    base = [layer for layer in sizes if known.is_base(layer)]
    own = [layer for layer in sizes if not known.is_base(layer)]
    least = SUBJECTS[subject].least
    large: list[int] = []
    if subject not in _TOGETHER:
        large = [layer for layer in own if sizes[layer] >= least]
    little = [layer for layer in own if layer not in large]
    return [base, *([layer] for layer in large), little]


def _origin(known: InspectedParts, layer: int, index: int) -> int:
    """The layer that wrote a file, where later ones only copied it for its mode.

    Its size tells that.
    """
    stack = known.contents.stack
    bytes_ = known.size(layer, index)
    while (before := stack.before[layer][index]) >= 0:
        layer_before, index_before = reference(before)
        if known.size(layer_before, index_before) != bytes_:
            break
        layer = layer_before
        index = index_before
    return layer


def _duplicates(
    known: InspectedParts,
    duplicates: Sequence[Duplicate],
) -> Iterator[ImageFinding]:
    """One for all, but those that packages of the distribution have among themselves."""
    paths: set[bytes] = set()
    for duplicate in duplicates:
        paths.update(duplicate.paths)
    places = _entries(known, paths)
    systems = {path for path in places if _is_of_system(known, path, places[path])}

    own = [item for item in duplicates if not systems.issuperset(item.paths)]
    saves = sum(item.extra for item in own)
    if saves >= SUBJECTS["duplicates"].least:
        yield _of_duplicates(known, own, places)


def _is_of_system(known: InspectedParts, path: bytes, place: EntryPlace) -> bool:
    return path.startswith(_REWRITTEN) or known.is_packaged(*place)


def _of_duplicates(
    known: InspectedParts,
    duplicates: Sequence[Duplicate],
    places: Mapping[bytes, EntryPlace],
) -> ImageFinding:
    # What the lowest layer has is no copy
    ordered = [sorted(item.paths, key=places.__getitem__) for item in duplicates]
    layers: set[int] = set()
    copies = 0
    for _original, *copied in ordered:
        copies += len(copied)
        layers.update(places[path][0] for path in copied)

    saves = sum(item.extra for item in duplicates)
    message = _of_copies(ordered[0], saves, copies)
    blame = known.blamed(min(layers)) if len(layers) == 1 else None
    unplaced = finding("duplicates", message, copies, blame)

    shown = zip(duplicates[:MOST_PLACES], ordered, strict=False)
    largest = tuple(_copy(known, item, paths, places) for item, paths in shown)
    placed = replace(unplaced, saves=saves, places=largest)
    return of_base(placed) if all(map(known.is_base, layers)) else placed


def _of_copies(paths: Sequence[bytes], saves: int, copies: int) -> str:
    """How much copies take, and the paths of two that are one file."""
    title = SUBJECTS["duplicates"].title
    files = count(copies, "file")
    original = escaped(paths[0], 200)
    copy = escaped(paths[1], 200)
    return f"{title}: {size(saves)} in {files}, such as /{original} and /{copy}"


def _copy(
    known: InspectedParts,
    duplicate: Duplicate,
    paths: Sequence[bytes],
    places: Mapping[bytes, EntryPlace],
) -> FindingPlace:
    """The last of some copies, and where the first is."""
    note = f"as /{escaped(paths[0], 200)}"
    place = known.place(*places[paths[-1]], note)
    return replace(place, size=duplicate.size)


def _entries(
    known: InspectedParts,
    paths: Collection[bytes],
) -> dict[bytes, EntryPlace]:
    """Where paths of the final image are."""
    places: dict[bytes, EntryPlace] = {}
    if not paths:
        return places
    for layer, scan in enumerate(known.contents.stack.scans):
        if scan is None:
            continue
        gone = known.contents.stack.gone[layer]
        for index, path in enumerate(scan.paths):
            if path in paths and gone[index] == NEVER:
                places[path] = layer, index
    return places
