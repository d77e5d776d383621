"""Waste by cause: a RUN that removes a directory of ten thousand files is one thing to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lightship.image.waste import Waste, WasteReason
from lightship.record import record

_MOST = 0.8  # of a group's bytes lie in the directory that is named for it


@record
class WasteGroup:
    """What one layer wrote and one made waste, for one reason, in bytes; `place` is where most of it lies.

    `place` is a path, or with `is_directory` one that most of it lies below.
    """

    layer: int
    by: int
    reason: WasteReason
    size: int
    files: int
    place: bytes
    is_directory: bool


def waste_groups(waste: Iterable[Waste]) -> list[WasteGroup]:
    """All groups, the largest first."""
    found: dict[tuple[int, int, WasteReason], list[Waste]] = defaultdict(list)
    for item in waste:
        found[item.layer, item.by, item.reason].append(item)
    groups = [_group(items) for items in found.values()]
    return sorted(
        groups, key=lambda each: (-each.size, each.layer, each.by, each.reason)
    )


def _group(items: Sequence[Waste]) -> WasteGroup:
    total = sum(item.size for item in items)
    first = items[0]
    place = first.path if len(items) == 1 else _place(items, total)
    return WasteGroup(
        first.layer, first.by, first.reason, total, len(items), place, len(items) > 1
    )


def _place(items: Sequence[Waste], total: int) -> bytes:
    """The deepest directory that most bytes lie below; one part of the paths is looked at in each round."""
    place, rest = b"", [(item.path, 0, item.size) for item in items]
    while True:
        below: dict[bytes, int] = defaultdict(int)
        deeper = []
        for path, start, size in rest:
            slash = path.find(b"/", start)
            if slash >= 0:
                below[path[start:slash]] += size
                deeper.append((path, slash + 1, size))
        best = max(below, key=lambda name: (below[name], name), default=None)
        if best is None or below[best] < _MOST * total:
            return place
        start = len(place) + 1 if place else 0
        place = place + b"/" + best if place else best
        rest = [each for each in deeper if each[0][start : each[1] - 1] == best]
