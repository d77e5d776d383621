"""Numbers of each layer, counted once for all formats."""

from __future__ import annotations

from functools import lru_cache

from lightship.image.read import Contents
from lightship.image.stack import NEVER, Cause
from lightship.inspection.model import Inspection
from lightship.record import record

_REPLACED = (Cause.OVERWRITTEN, Cause.REPEATED)


@record
class LayerFigures:
    """`size` (of the tar), `stored`, `content`, `waste` are in bytes; the others count entries.

    `changed` are those whose path the layers below had already, `removed` those that it took away.
    """

    layer: int
    size: int
    stored: int | None
    content: int
    waste: int
    added: int
    changed: int
    removed: int


@lru_cache(maxsize=4)
def layer_figures(inspection: Inspection) -> tuple[LayerFigures, ...]:
    """The numbers of all layers, from the bottom up."""
    contents = inspection.contents
    wasted = [0] * len(contents.stack.scans)
    for item in contents.waste:
        wasted[item.layer] += item.size
    removed = _removed(contents)
    return tuple(_figures(contents, layer, wasted[layer], removed[layer]) for layer in range(len(wasted)))


def _figures(contents: Contents, layer: int, wasted: int, removed: int) -> LayerFigures:
    scan = contents.stack.scans[layer]
    stored = contents.image.layers[layer].stored
    if scan is None:
        return LayerFigures(layer, 0, stored, 0, 0, 0, 0, 0)
    added = sum(before < 0 for before in contents.stack.before[layer])
    changed = len(scan.paths) - added
    return LayerFigures(layer, scan.tar_bytes, stored, scan.content_bytes, wasted, added, changed, removed)


def _removed(contents: Contents) -> list[int]:
    """How many entries each layer took away and put nothing in their place."""
    found = [0] * len(contents.stack.scans)
    for gone, why in zip(contents.stack.gone, contents.stack.why, strict=True):
        for end, cause in zip(gone, why, strict=True):
            if end != NEVER and cause not in _REPLACED:
                found[end] += 1
    return found
