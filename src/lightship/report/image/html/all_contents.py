"""The contents of an image one by one: where each lies, its size, whether anyone can read it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.entry_changes import seen_name
from lightship.image.read import Contents
from lightship.image.stack import NEVER, Stack, packed
from lightship.report.kit.html.treemap import Content


def all_contents(contents: Contents) -> Iterator[Content]:
    """Each content that the layers ship, the lowest layer first.

    Their sizes add up to `content_bytes`.
    """
    wasted = {packed(item.layer, item.entry) for item in contents.waste}
    stack = contents.stack
    for layer, scan in enumerate(stack.scans):
        if scan is None:
            continue
        gone = stack.gone[layer]
        for index, size in enumerate(scan.sizes):
            if not size:
                continue
            path = scan.paths[index]
            is_waste = packed(layer, index) in wasted
            if not is_waste and gone[index] != NEVER:
                path = _link_path(stack, layer, index) or path
            yield Content(size, path, layer, index, is_waste)


def _link_path(stack: Stack, layer: int, index: int) -> bytes | None:
    """The path of the hard link that outlived a content's own."""
    name = seen_name(stack, layer, index)
    if not name:
        return None
    link_layer, link_index = name
    return stack.scan(link_layer).paths[link_index]
