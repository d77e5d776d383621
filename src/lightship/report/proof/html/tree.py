"""The nodes of a treemap: the directories that a proof names, or the layers, as [label, parent, bytes, name] each.

A parent is the place of an earlier node, -1 for none; the name is what stands in a box, a path from its parent. The
bytes of a directory are those of all below it, as `du` counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest
from typing import Any

from lightship.inspection.phrases import one_line
from lightship.proof.proof import Shape
from lightship.report.kit.html.text import shown

MOST = 300  # nodes
DEEPEST = 6  # directories above one
_REST = "everything else"
_LABEL = 200  # characters

Node = list[Any]  # label, place of the parent, bytes, name


def directories(shape: Shape) -> list[Node]:
    """The largest directories, the larger first, and what is in none of them."""
    sizes: dict[str, int] = {}
    for path, size in shape.directories.items():
        name = path.strip("/")
        if name and size > 0:
            sizes[name] = max(size, sizes.get(name, 0))
    largest = nlargest(MOST, sizes, key=lambda name: sizes[name])
    chosen = sorted(largest, key=lambda name: (name.count("/"), -sizes[name]))
    places: dict[str, int] = {}
    nodes: list[Node] = []
    for name in chosen:
        above = _above(name, places)
        inside = name[len(above) :].lstrip("/")
        nodes.append(
            [
                shown(f"/{name}", _LABEL),
                places.get(above, -1),
                sizes[name],
                shown(inside, _LABEL),
            ]
        )
        places[name] = len(nodes) - 1
    rest = shape.content - sum(size for _, parent, size, _ in nodes if parent < 0)
    return [*nodes, *([[_REST, -1, rest, _REST]] if rest > 0 and nodes else [])]


def _above(name: str, places: Mapping[str, int]) -> str:
    """The nearest directory above that is a node; empty for none."""
    for _ in range(DEEPEST):
        name = name.rpartition("/")[0]
        if name in places:
            return name
    return ""


def layers(shape: Shape) -> list[Node]:
    """The layers that have content, each by what made it."""
    found = [layer for layer in shape.layers if layer.size > 0]
    texts = [shown(one_line(layer.text), _LABEL) or "unknown" for layer in found[:MOST]]
    return [
        [text, -1, layer.size, text] for text, layer in zip(texts, found, strict=False)
    ]
