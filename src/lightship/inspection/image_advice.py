"""Findings: what could be saved and what is unsafe, each with its line and what to do.

First come secrets and other errors, then what saves most. All sizes are measured: the content of
files that are waste, or that are in the final image and not needed there. Where files belong to two
subjects (documentation of a compiler) both count them, so that the sums of different subjects must
not be added; those of waste may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
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

MUCH, MUCH_SHARE = (
    10_000_000,
    0.05,
)  # bytes, and of the image's content: from either on waste is a warning
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
)
_REWRITTEN += (
    b"etc/ld.so.cache",
    b"var/cache/ldconfig/",
    b"var/log/",
    b"usr/lib/apk/db/",
    b"var/lib/apt/extended_states",
)
_AGAIN = (WasteReason.OVERWRITTEN, WasteReason.METADATA)
_TOGETHER = frozenset(
    ("documentation", "translations", "logs", "debug-symbols")
)  # one cure serves for all layers
_IN_BASE = "They are in the base image, which this Dockerfile cannot shrink: choose a smaller one."


def find_advice(
    known: InspectedParts, duplicates: Sequence[Duplicate] = ()
) -> tuple[ImageFinding, ...]:
    """All findings of an image."""
    found = [
        *_waste(known),
        *_content(known),
        *_duplicates(known, duplicates),
        *find_risks(known),
    ]
    return tuple(sorted(found, key=_rank))


def _rank(each: ImageFinding) -> tuple[bool, int, int, str]:
    is_first = each.severity == Severity.ERROR or each.id == NAMED
    return not is_first, -(each.saves or 0), -each.severity, each.id


def _waste(known: InspectedParts) -> Iterator[ImageFinding]:
    """One for each pair of layers and reason; no byte is in two of them."""
    groups: dict[tuple[str, int, int], list[Waste]] = defaultdict(list)
    for item in known.contents.waste:
        if known.ignored(item.path):
            continue
        if known.is_base(item.by):
            groups["waste-in-base-image", 0, 0].append(item)
        elif item.reason in _AGAIN and item.path.startswith(_REWRITTEN):
            groups["package-databases-rewritten", 0, 0].append(item)
        else:
            groups[_SUBJECTS[item.reason], item.layer, item.by].append(item)
    for (subject, _, _), items in groups.items():
        if sum(item.size for item in items) >= SUBJECTS[subject].least:
            yield _of_waste(known, subject, items)


def _of_waste(
    known: InspectedParts, subject: str, items: Sequence[Waste]
) -> ImageFinding:
    saves, last = sum(item.size for item in items), items[-1]
    message = f"{SUBJECTS[subject].title}: {size(saves)} in {count(len(items), 'file')}{_below(items)}"
    if (
        len({(item.layer, item.by) for item in items}) == 1
        and subject in _SUBJECTS.values()
    ):
        message += _layers(known, last)
    places = tuple(
        FindingPlace(
            item.path, item.size, item.layer, False, ended(item.reason, item.by)
        )
        for item in nlargest(MOST_PLACES, items, key=lambda item: item.size)
    )
    found = replace(
        finding(subject, message, len(items), known.blamed(last.by)),
        saves=saves,
        places=places,
    )
    if (
        subject in _SUBJECTS.values()
        and known.is_base(last.layer)
        and last.reason is not WasteReason.METADATA
    ):
        found = replace(found, advice=_IN_BASE, rule="")
    if (
        found.severity == Severity.INFO
        and _is_much(known, saves)
        and not known.is_base(last.by)
    ):
        found = replace(found, severity=Severity.WARNING)
    return found


def _is_much(known: InspectedParts, saves: int) -> bool:
    return saves >= MUCH or saves >= MUCH_SHARE * known.contents.content_bytes


def _layers(known: InspectedParts, item: Waste) -> str:
    if item.reason is WasteReason.REPEATED:
        return f"; {known.named(item.layer)} wrote them"
    return f"; {known.named(item.layer)} wrote them, {known.named(item.by)} {_DONE[item.reason]} them"


def _below(items: Sequence[Waste]) -> str:
    """Where they lie: the file, or the directory that has all of them."""
    if len(items) == 1:
        return f" (/{escaped(items[0].path, 200)})"
    low, high = min(item.path for item in items), max(item.path for item in items)
    same = next(
        (
            at
            for at, (one, other) in enumerate(zip(low, high, strict=False))
            if one != other
        ),
        len(low),
    )
    directory = low[: max(low.rfind(b"/", 0, same), 0)]
    return f" below /{escaped(directory, 200)}" if directory else ""


def _content(known: InspectedParts) -> Iterator[ImageFinding]:
    leftovers = find_leftovers(known.contents, known.owners, known.ignored)
    for places in (
        leftovers.places,
        of_packages(known.contents, known.owners, known.ignored),
        unused_venvs(known.contents, leftovers, known.ignored),
    ):
        for subject in dict.fromkeys(subject for subject, _ in places):
            yield from _of_subject(known, subject, places)


def _of_subject(
    known: InspectedParts, subject: str, places: Places
) -> Iterator[ImageFinding]:
    """One for each layer that wrote enough.

    Those of the base image together, and those of layers with little.
    """
    least, stack = SUBJECTS[subject].least, known.contents.stack
    layers: dict[int, list[tuple[int, int]]] = defaultdict(list)
    sizes: dict[int, int] = defaultdict(int)
    for (each, layer), indices in places.items():
        column, before = stack.scan(layer).sizes, stack.before[layer]
        for index in indices if each == subject else ():
            origin = layer if before[index] < 0 else _origin(known, layer, index)
            layers[origin].append((layer, index))
            sizes[origin] += column[index]
    base = [layer for layer in layers if known.is_base(layer)]
    own = [layer for layer in layers if not known.is_base(layer)]
    large = [
        layer for layer in own if sizes[layer] >= least and subject not in _TOGETHER
    ]
    little = [layer for layer in own if layer not in large]
    for group in (base, *([layer] for layer in large), little):
        if sum(sizes[layer] for layer in group) >= least:
            entries = [entry for layer in group for entry in layers[layer]]
            saves = sum(sizes[layer] for layer in group)
            yield of_bytes(
                known,
                subject,
                entries,
                saves,
                sorted(group, key=lambda layer: -sizes[layer]),
            )


def _origin(known: InspectedParts, layer: int, index: int) -> int:
    """The layer that wrote a file, where later ones only copied it for its mode.

    Its size tells that.
    """
    stack, size_of = known.contents.stack, known.size(layer, index)
    while (before := stack.before[layer][index]) >= 0 and known.size(
        *reference(before)
    ) == size_of:
        layer, index = reference(before)
    return layer


def _duplicates(
    known: InspectedParts, duplicates: Sequence[Duplicate]
) -> Iterator[ImageFinding]:
    """One for all, but those that packages of the distribution have among themselves."""
    at = _entries(known, {path for each in duplicates for path in each.paths})
    systems = {
        path
        for path, entry in at.items()
        if path.startswith(_REWRITTEN) or known.is_packaged(*entry)
    }
    found = [each for each in duplicates if not systems.issuperset(each.paths)]
    saves, copies = (
        sum(each.extra for each in found),
        sum(len(each.paths) - 1 for each in found),
    )
    if saves < SUBJECTS["duplicates"].least:
        return
    ordered = [
        sorted(each.paths, key=lambda path: at[path]) for each in found
    ]  # what the lowest layer has is no copy
    one, other = (escaped(path, 200) for path in ordered[0][:2])
    message = f"{SUBJECTS['duplicates'].title}: {size(saves)} in {count(copies, 'file')}, such as /{one} and /{other}"
    places = tuple(
        replace(
            known.place(*at[paths[-1]]),
            size=each.size,
            note=f"as /{escaped(paths[0], 200)}",
        )
        for each, paths in zip(found[:MOST_PLACES], ordered, strict=False)
    )
    layers = {at[path][0] for paths in ordered for path in paths[1:]}
    blame = known.blamed(min(layers)) if len(layers) == 1 else None
    result = replace(
        finding("duplicates", message, copies, blame), saves=saves, places=places
    )
    yield of_base(result) if all(map(known.is_base, layers)) else result


def _entries(
    known: InspectedParts, paths: Collection[bytes]
) -> dict[bytes, tuple[int, int]]:
    """Where paths of the final image are."""
    found: dict[bytes, tuple[int, int]] = {}
    for layer, scan in enumerate(known.contents.stack.scans if paths else ()):
        gone = known.contents.stack.gone[layer]
        for index, path in enumerate(scan.paths if scan is not None else ()):
            if path in paths and gone[index] == NEVER:
                found[path] = layer, index
    return found
