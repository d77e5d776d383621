"""Bars of block characters."""

from __future__ import annotations

FULL, WASTED, TRACE = "█", "▒", "▏"
LEVELS = "▁▂▃▄▅▆▇█"


def bar(value: int, whole: int, width: int, wasted: int = 0) -> tuple[str, str]:
    """The parts of a bar for `value`: what is used, and what is wasted of it.

    `whole` would fill `width` characters. What is more than nothing has a block at least, a thin
    one where that would be too much.
    """
    if not whole or not value:
        return "", ""
    blocks = round(width * min(value, whole) / whole)
    if not blocks:
        return TRACE, ""
    waste = 0
    if wasted:
        waste = max(round(blocks * wasted / value), 1)
    waste = min(waste, blocks)
    return FULL * (blocks - waste), WASTED * waste
