"""The nodes of a treemap: the directories that a proof names, or the layers.

Each is [label, place of the parent, bytes, name]. The first is the root, whose parent is -1; every
other parent comes before what is in it. The name is shown in a box, as a path from the parent.
The bytes of a directory are those of all below it, as `du` counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest
from typing import Any

from lightship.inspection.phrases import one_line
from lightship.proof.measured import ImageShape
from lightship.report.kit.html.page_text import shown

MOST = 300  # nodes below the root
DEEPEST = 6  # directories above one
_ROOT = "/"
_REST = "everything else"
_LAYERS = "all layers"
_LABEL = 200  # characters

Node = list[Any]  # label, place of the parent, bytes, name


def directories(shape: ImageShape) -> list[Node]:
    """The largest directories, the larger first, and what is in none of them."""
    sizes = _sizes(shape)
    if not sizes:
        return []
    largest = nlargest(MOST, sizes, key=lambda name: sizes[name])
    largest.sort(key=lambda name: (name.count("/"), -sizes[name]))

    places = {"": 0}
    nodes: list[Node] = [[_ROOT, -1, 0, _ROOT]]
    for name in largest:
        above = _above(name, places)
        inside = name[len(above) :].lstrip("/")
        label = shown(f"/{name}", _LABEL)
        short = shown(inside, _LABEL)
        parent = places[above]
        places[name] = len(nodes)
        nodes.append([label, parent, sizes[name], short])

    named = sum(size for _, parent, size, _ in nodes if parent == 0)
    rest = shape.content - named
    if rest > 0:
        nodes.append([_REST, 0, rest, _REST])
    nodes[0][2] = max(named, shape.content)
    return nodes


def _sizes(shape: ImageShape) -> dict[str, int]:
    """Bytes of each directory by its path without slashes at the ends."""
    sizes: dict[str, int] = {}
    for path, size in shape.directories.items():
        name = path.strip("/")
        if not name or size <= 0:
            continue
        known = sizes.get(name, 0)
        sizes[name] = max(size, known)
    return sizes


def _above(name: str, places: Mapping[str, int]) -> str:
    """The nearest directory above that is a node; empty for the root."""
    for _ in range(DEEPEST):
        name = name.rpartition("/")[0]
        if name in places:
            return name
    return ""


def layers(shape: ImageShape) -> list[Node]:
    """The layers that have content, each by what made it."""
    filled = [layer for layer in shape.layers if layer.size > 0][:MOST]
    if not filled:
        return []
    total = sum(layer.size for layer in filled)
    nodes: list[Node] = [[_LAYERS, -1, total, _LAYERS]]
    for layer in filled:
        text = shown(one_line(layer.text), _LABEL) or "unknown"
        nodes.append([text, 0, layer.size, text])
    return nodes
