"""Several names in one sentence, the first few of them where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listed(names: Iterable[str], most: int = 4) -> str:
    """Each name once: `a`, `a, b and c`, `a, b, c, d and 2 more`."""
    unique = list(dict.fromkeys(names))
    if len(unique) > most or len(unique) < 2:
        return first_few(unique, most)
    *others, last = unique
    joined = ", ".join(others)
    return f"{joined} and {last}"


def first_few(names: Sequence[str], most: int) -> str:
    """Names with commas alone, and how many more there are: `a, b`, `a, b and 2 more`."""
    few = ", ".join(names[:most])
    more = len(names) - most
    if more <= 0:
        return few
    return f"{few} and {more} more"
