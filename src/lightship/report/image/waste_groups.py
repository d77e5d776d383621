"""Waste by cause: a RUN that removes a directory of ten thousand files is one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lightship.image.waste import Waste, WasteReason
from lightship.record import record

_Cause = tuple[int, int, WasteReason]  # the layers that wrote and ended it, and why

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
    by_cause: dict[_Cause, list[Waste]] = defaultdict(list)
    for item in waste:
        cause = (item.layer, item.by, item.reason)
        by_cause[cause].append(item)
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
        deeper: dict[bytes, list[tuple[bytes, int, int]]] = defaultdict(list)
        for path, start, size in rest:
            slash = path.find(b"/", start)
            if slash < 0:
                continue
            part = path[start:slash]
            below[part] += size
            deeper[part].append((path, slash + 1, size))

        if not below:
            return place
        most, largest = max((size, part) for part, size in below.items())
        if most < _MOST * total:
            return place
        place = b"/".join((place, largest)) if place else largest
        rest = deeper[largest]
