"""The layers of an image as rows for one screen.

Those of the base image are one row, and so are small neighbours where there are too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lightship.inspection.inspection import Inspection
from lightship.record import record
from lightship.report.image import image_phrases
from lightship.report.image.layer_figures import LayerFigures, layer_figures
from lightship.wording.counts import count

_MOST = 16  # rows
# Layers with rows of their own where there are too many; between each two there may be one more
_KEPT = 8


@record
class LayerRow:
    """One layer or several: `name` counts from 1; bytes of their tars, and of those the waste."""

    name: str
    size: int
    waste: int
    text: str


def layer_rows(inspection: Inspection) -> list[LayerRow]:
    """All layers, from the bottom up."""
    figures = layer_figures(inspection)
    runs = _runs(inspection, figures)
    return [_row(inspection, run, figures) for run in runs]


def _runs(
    inspection: Inspection,
    figures: Sequence[LayerFigures],
) -> Iterator[list[int]]:
    """The layers that share a row."""
    base = [blame.layer for blame in inspection.blame if blame.is_base]
    own = [blame.layer for blame in inspection.blame if not blame.is_base]
    if base:
        yield base

    is_few = bool(base) + len(own) <= _MOST
    kept = set(own if is_few else _largest(own, figures))
    for is_kept, neighbours in groupby(own, key=kept.__contains__):
        if is_kept:
            yield from ([layer] for layer in neighbours)
        else:
            yield list(neighbours)


def _largest(layers: Sequence[int], figures: Sequence[LayerFigures]) -> list[int]:
    def order(layer: int) -> tuple[int, int]:
        return -figures[layer].size, layer

    return sorted(layers, key=order)[:_KEPT]


def _row(
    inspection: Inspection,
    run: Sequence[int],
    figures: Sequence[LayerFigures],
) -> LayerRow:
    first = run[0] + 1
    last = run[-1] + 1
    name = f"{first}" if first == last else f"{first}-{last}"
    total = sum(figures[layer].size for layer in run)
    waste = sum(figures[layer].waste for layer in run)
    return LayerRow(name, total, waste, _text(inspection, run))


def _text(inspection: Inspection, run: Sequence[int]) -> str:
    first = run[0]
    blame = inspection.blame[first]
    if blame.is_base:
        text = image_phrases.base(inspection)
    elif len(run) > 1:
        return count(len(run), "layer")
    else:
        text = image_phrases.made_by(blame)
    absent = inspection.contents.image.layers[first].absent
    if absent and len(run) == 1:
        return f"{text} (absent: {absent})"
    return text
