"""Numbers of each layer, counted once for all formats."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from lightship.image.entry_changes import entry_below, removed
from lightship.image.read import Contents
from lightship.inspection.inspection import Inspection
from lightship.record import record


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
    stack = contents.stack
    wasted: Counter[int] = Counter()
    for item in contents.waste:
        wasted[item.layer] += item.size
    removals: Counter[int] = Counter()
    for layer, index in removed(stack):
        remover = stack.gone[layer][index]
        removals[remover] += 1

    layers = range(len(stack.scans))
    figures = [
        _figures(contents, layer, wasted[layer], removals[layer]) for layer in layers
    ]
    return tuple(figures)


def _figures(
    contents: Contents,
    layer: int,
    wasted: int,
    removals: int,
) -> LayerFigures:
    scan = contents.stack.scans[layer]
    stored = contents.image.layers[layer].stored
    if scan is None:
        return LayerFigures(layer, 0, stored, 0, 0, 0, 0, 0)
    changed = _changed(contents, layer)
    return LayerFigures(
        layer,
        scan.tar_bytes,
        stored,
        scan.content_bytes,
        wasted,
        len(scan.paths) - changed,
        changed,
        removals,
    )


def _changed(contents: Contents, layer: int) -> int:
    """How many entries of a layer have a path that the layers below had already."""
    stack = contents.stack
    return sum(
        before >= 0 and entry_below(stack, layer, index) is not None
        for index, before in enumerate(stack.before[layer])
    )
