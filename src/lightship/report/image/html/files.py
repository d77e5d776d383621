"""The contents of an image one by one: where each lies, how large it is, and whether anyone can read it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.entry_changes import seen_name
from lightship.image.read import Contents
from lightship.image.stack import NEVER, packed
from lightship.report.kit.html.tree import Content


def all_contents(contents: Contents) -> Iterator[Content]:
    """Each content that the layers ship, the lowest layer first; their sizes add up to `content_bytes`."""
    wasted = {packed(item.layer, item.entry) for item in contents.waste}
    stack = contents.stack
    for layer, scan in enumerate(stack.scans):
        if scan is None:
            continue
        gone = stack.gone[layer]
        for index, size in enumerate(scan.sizes):
            if not size:
                continue
            is_waste = packed(layer, index) in wasted
            name = (
                None
                if is_waste or gone[index] == NEVER
                else seen_name(stack, layer, index)
            )
            path = stack.scan(name[0]).paths[name[1]] if name else scan.paths[index]
            yield Content(size, path, layer, index, is_waste)
