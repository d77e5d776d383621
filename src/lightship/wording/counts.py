"""A number and its noun."""

from __future__ import annotations


def count(number: int, word: str, plural: str = "s") -> str:
    """A number and its noun: `1 file`, `12,345 files`."""
    ending = "" if number == 1 else plural
    return f"{number:,} {word}{ending}"
