"""Which marks of secrets a file may have, in one pass over its bytes.

What decides that there is one stands in `secret_shapes.py`. This only passes by the files in which
no mark stands, which are nearly all: with hyperscan at 3 GB in a second, and where that is not
installed, or does not know the processor, at a tenth of a GB.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection
from functools import cache

from lightship.facts.secrets.secret_shapes import ALL_MARKS, KEY_MARK, MARKS

Search = Callable[[bytes], Collection[str]]
"""The marks that bytes may have: no token or key has another."""

_ALL = tuple(sorted(ALL_MARKS))

# Without hyperscan: a token is a run of at least sixteen such characters, with its mark in it or
# right before it. To look for such runs is four times as fast as to look for forty marks. These are
# the exceptions.
_IN_WORDS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_ELSEWHERE = (KEY_MARK.encode(), b"hooks.slack.com/", b"AccountKey=")


def _word_or_blank(byte: int) -> int:
    return ord("w") if byte in _IN_WORDS else ord(" ")


_TABLE = bytes(_word_or_blank(byte) for byte in range(256))
_RUN = b"w" * 16
_BEFORE = max(map(len, MARKS))


def marks_in(data: bytes) -> Collection[str]:
    """The marks of all tokens and keys that a file may have."""
    return _OWN.search(data)


def by_hyperscan() -> Search | None:
    """What looks for all marks at once; None where hyperscan cannot. It is for one thread."""
    try:
        import hyperscan  # noqa: PLC0415 - 3 ms, and may be missing
    except ImportError:
        return None

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    once = hyperscan.HS_FLAG_SINGLEMATCH  # of a mark its first place is enough
    try:
        marks = [mark.encode() for mark in _ALL]
        database.compile(expressions=marks, flags=[once] * len(_ALL), literal=True)
    except hyperscan.error:
        return None
    found: list[str] = []

    def note(number: int, *_place: object) -> None:
        found.append(_ALL[number])

    def search(data: bytes) -> Collection[str]:
        found.clear()
        database.scan(data, note)
        return tuple(found)

    return search


def by_runs(data: bytes) -> Collection[str]:
    """The same in Python alone: all marks or none, as it looks for the first."""
    return ALL_MARKS if _has_mark(data) else ()


def _has_mark(data: bytes) -> bool:
    """Whether there is one, with room for a token."""
    if any(mark in data for mark in _ELSEWHERE):
        return True
    words = data.translate(_TABLE)
    at = words.find(_RUN)
    while at >= 0:
        end = words.find(b" ", at)
        end = end if end >= 0 else len(words)
        if _marks().search(data, max(at - _BEFORE, 0), end):
            return True
        at = words.find(_RUN, end)
    return False


@cache
def _marks() -> re.Pattern[bytes]:
    return re.compile("|".join(map(re.escape, MARKS)).encode())


class _OfThread(threading.local):
    """What each thread searches with: two of them cannot share one of hyperscan's."""

    def __init__(self) -> None:
        self.search: Search = by_hyperscan() or by_runs


_OWN = _OfThread()
