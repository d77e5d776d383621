"""Words in as many cells as there are: the longest of several ways to say a thing.

A cell is one column of a terminal; a character of Chinese, Japanese or Korean takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import TextWrapper

from rich.cells import cell_len

from lightship.wording.printable import shortened

# Where a line may end: at spaces, and behind a sign that parts paths, lists and options
_BREAKS = re.compile(r"(\s+|(?<=[/,=_&])(?=\S))")


def in_cells(text: str, room: int) -> str:
    """`text` in at most `room` cells: the middle of what is longer is left out."""
    longest = max(room, 0)
    made = shortened(text, longest)
    while cell_len(made) > room and longest:
        longest -= 1
        made = shortened(text, longest)
    return made


def first_fitting(ways: Iterable[str], room: int) -> str:
    """The first of several ways that has room; where none has, as much of the last as there is."""
    last = ""
    for last in ways:
        if cell_len(last) <= room:
            return last
    return in_cells(last, room)


def wrapped(text: str, room: int) -> list[str]:
    """The lines of a text, of `room` cells: broken between words, and after a slash or its like."""
    wrapper = TextWrapper(max(room, 1), break_on_hyphens=False)
    wrapper.wordsep_simple_re = _BREAKS
    return wrapper.wrap(text) or [""]
