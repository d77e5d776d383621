"""Which lines of a text are not those of an earlier one, and how alike two texts are."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from lightship.text import common_ends, decode

_MOST_COMPARED = 2000  # lines; of more than that in a row all count as changed
_Rows = Sequence[str]


def changed_lines(before: str, after: str) -> set[int]:
    """The numbers of the lines of `after` that were changed or added; line endings do not count."""
    old = _split(before)
    new = _split(after)
    start, end = common_ends(old, new)
    old = _between(old, start, end)
    new = _between(new, start, end)

    # Lines count from 1
    first = start + 1
    total = len(old) + len(new)
    if total > _MOST_COMPARED:
        last = start + len(new)
        numbers = range(first, last + 1)
        return set(numbers)
    return _changed(old, new, first)


def _between(rows: list[str], start: int, end: int) -> list[str]:
    """The rows without so many at the start, and so many at the end."""
    stop = len(rows) - end
    return rows[start:stop]


def _changed(old: _Rows, new: _Rows, first: int) -> set[int]:
    """The numbers of the changed ones of the new lines, which count from `first`."""
    numbers: set[int] = set()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        changed = range(first + start, first + end)
        numbers.update(changed)
    return numbers


def likeness(before: _Rows, after: _Rows) -> float:
    """The share of lines that two texts have in common, in their order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.ratio()


def first_lines(data: bytes) -> list[str]:
    """The lines of a file by which it is compared with others."""
    text = decode(data)
    lines = _split(text)
    return lines[:_MOST_COMPARED]


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in lines]
