"""Bars of block characters."""

from __future__ import annotations

FULL, WASTED, TRACE = "█", "▒", "▏"
LEVELS = "▁▂▃▄▅▆▇█"


def bar(value: int, of: int, width: int, wasted: int = 0) -> tuple[str, str]:
    """The parts of a bar for `value`, where `of` would fill `width`: what is of use, and what is wasted of it.

    What is more than nothing has a block at least, a thin one where that would be too much.
    """
    if not of or not value:
        return "", ""
    blocks = round(width * min(value, of) / of)
    if not blocks:
        return TRACE, ""
    waste = min(max(round(blocks * wasted / value), 1) if wasted else 0, blocks)
    return FULL * (blocks - waste), WASTED * waste
