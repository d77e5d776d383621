"""Advice on files of one content, but those that the distribution has among themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from lightship.image.stack import NEVER, packed
from lightship.inspection.inspected_parts import InspectedParts, finding, of_base
from lightship.inspection.inspection import Duplicate, FindingPlace, ImageFinding
from lightship.inspection.made_places import MadePlaces
from lightship.inspection.own_waste import REWRITTEN
from lightship.inspection.saved_bytes import SavedFiles
from lightship.inspection.subjects import SUBJECTS
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

EntryPlace = tuple[int, int]  # (layer, index)


class _Copy(NamedTuple):
    """A file that is there already: its bytes, the path of the first, its entry."""

    size: int
    original: bytes
    layer: int
    entry: int


def find_duplicate_advice(
    known: InspectedParts,
    duplicates: Sequence[Duplicate],
) -> Iterator[SavedFiles]:
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
    return path.startswith(REWRITTEN) or known.is_packaged(*place)


def _of_duplicates(
    known: InspectedParts,
    duplicates: Sequence[Duplicate],
    places: Mapping[bytes, EntryPlace],
) -> SavedFiles:
    copies: list[_Copy] = []
    references: list[list[int]] = []
    for duplicate in duplicates:
        # What the lowest layer has is no copy
        original, *others = sorted(duplicate.paths, key=places.__getitem__)
        copies += [_Copy(duplicate.size, original, *places[path]) for path in others]
        references.append([packed(*places[path]) for path in duplicate.paths])

    found = _finding(known, copies)
    return SavedFiles(found, copies=references)


def _finding(known: InspectedParts, copies: Sequence[_Copy]) -> ImageFinding:
    saves = 0
    in_base = 0
    for copy in copies:
        if known.is_base(copy.layer):
            in_base += copy.size
        else:
            saves += copy.size

    message = _message(known, copies, saves + in_base)
    layers = {copy.layer for copy in copies}
    blame = known.blamed(min(layers)) if len(layers) == 1 else None
    result = replace(
        finding("duplicates", message, len(copies), blame),
        saves=saves,
        in_base=in_base,
        places=MadePlaces(copies, _size, partial(_place, known)),
    )
    return result if saves else of_base(known, result)


def _message(known: InspectedParts, copies: Sequence[_Copy], total: int) -> str:
    """How much copies take, and the paths of two that are one file."""
    title = SUBJECTS["duplicates"].title
    files = count(len(copies), "file")
    original = escaped(copies[0].original, 200)
    copy = escaped(known.place(copies[0].layer, copies[0].entry).path, 200)
    return f"{title}: {size(total)} in {files}, such as /{original} and /{copy}"


def _size(copy: _Copy) -> int:
    return copy.size


def _place(known: InspectedParts, copy: _Copy) -> FindingPlace:
    """A copy, and where the first is."""
    note = f"as /{escaped(copy.original, 200)}"
    place = known.place(copy.layer, copy.entry, note)
    return replace(place, size=copy.size)


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
