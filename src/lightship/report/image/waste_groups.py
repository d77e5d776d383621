"""Waste by cause: a RUN that removes a directory of ten thousand files is one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lightship.image.waste import Waste, WasteReason
from lightship.record import record

_MOST = 0.8  # of a group's bytes lie in the directory that is named for it


@record
class WasteGroup:
    """What one layer wrote and another turned into waste, for one reason, in bytes.

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
    by_cause: dict[tuple[int, int, WasteReason], list[Waste]] = defaultdict(list)
    for item in waste:
        by_cause[item.layer, item.by, item.reason].append(item)
    groups = map(_group, by_cause.values())
    return sorted(groups, key=_order)


def _order(group: WasteGroup) -> tuple[int, int, int, WasteReason]:
    return -group.size, group.layer, group.by, group.reason


def _group(items: Sequence[Waste]) -> WasteGroup:
    first = items[0]
    total = sum(item.size for item in items)
    files = len(items)
    several = files > 1
    place = _place(items, total) if several else first.path
    return WasteGroup(
        first.layer,
        first.by,
        first.reason,
        total,
        files,
        place,
        several,
    )


def _place(items: Sequence[Waste], total: int) -> bytes:
    """The deepest directory that most bytes lie below."""
    place = b""
    # Each with the place in its path where the next part begins
    rest = [(item.path, 0, item.size) for item in items]
    while True:
        below: dict[bytes, int] = defaultdict(int)
        deeper = []
        for path, start, size in rest:
            slash = path.find(b"/", start)
            if slash >= 0:
                part = path[start:slash]
                below[part] += size
                deeper.append((part, (path, slash + 1, size)))

        largest = max(below, key=lambda part: (below[part], part), default=None)
        if largest is None or below[largest] < _MOST * total:
            return place
        place = b"/".join((place, largest)) if place else largest
        rest = [item for part, item in deeper if part == largest]
