"""The layers of an image as rows for one screen: those of the base image and small neighbours are one row each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lightship.inspection.inspection import Inspection
from lightship.record import record
from lightship.report.image import image_phrases
from lightship.report.image.layer_figures import LayerFigures, layer_figures
from lightship.wording.counts import count

_MOST = 16  # rows
_KEPT = 8  # layers that have rows of their own where there are too many; between each two there may be one row more


@record
class LayerRow:
    """One layer or several: `name` counts from 1; bytes of their tars, and how many of those are waste."""

    name: str
    size: int
    waste: int
    text: str


def layer_rows(inspection: Inspection) -> list[LayerRow]:
    """All layers, from the bottom up."""
    figures = layer_figures(inspection)
    return [
        _row(inspection, run, figures)
        for run in _runs(inspection, [each.size for each in figures])
    ]


def _runs(inspection: Inspection, sizes: Sequence[int]) -> list[list[int]]:
    """The layers that share a row."""
    base = [blame.layer for blame in inspection.blame if blame.is_base]
    own = [blame.layer for blame in inspection.blame if not blame.is_base]
    runs = [base] if base else []
    if len(runs) + len(own) <= _MOST:
        return runs + [[layer] for layer in own]
    kept = set(sorted(own, key=lambda layer: (-sizes[layer], layer))[:_KEPT])
    for is_kept, neighbours in groupby(own, key=lambda layer: layer in kept):
        layers = list(neighbours)
        runs += [[layer] for layer in layers] if is_kept else [layers]
    return runs


def _row(
    inspection: Inspection, run: Sequence[int], figures: Sequence[LayerFigures]
) -> LayerRow:
    first, last = run[0] + 1, run[-1] + 1
    total, waste = (
        sum(figures[layer].size for layer in run),
        sum(figures[layer].waste for layer in run),
    )
    return LayerRow(
        f"{first}" if first == last else f"{first}-{last}",
        total,
        waste,
        _text(inspection, run),
    )


def _text(inspection: Inspection, run: Sequence[int]) -> str:
    blame = inspection.blame[run[0]]
    absent = inspection.contents.image.layers[run[0]].absent
    if not blame.is_base and len(run) > 1:
        return count(len(run), "layer")
    text = (
        image_phrases.base(inspection)
        if blame.is_base
        else image_phrases.made_by(blame)
    )
    return f"{text} (absent: {absent})" if absent and len(run) == 1 else text
