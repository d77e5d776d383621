"""Further rounds of what is near its noise, and why there were no more of them.

A figure is measured again, alone, while its difference may be chance and may not be: until its
values tell, until too many of them overlap, until it had the most rounds, or until the time is up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from lightship.proof.figures import ROWS, figures, undecided
from lightship.proof.measured import Measured
from lightship.proof.proof import Effect, Figure

Both = tuple[Measured, Measured]
# What a round of its own is taken of, where that is not the figure itself
_RUN = "run"
_MEASURED_BY = {"start": _RUN, "stop": _RUN, "memory": _RUN}
# No build tells them: each is one commit
_NOT_REPEATED = frozenset(("commits",))
_TITLES = {row.key: row.title for row in ROWS}


def further_rounds(
    most: int,
    seconds: float,
    taken: Callable[[], Both],
    again: Callable[[str], bool],
) -> tuple[str, ...]:
    """Take rounds, up to `most` of each figure, for about `seconds`; what was taken, in sentences.

    `taken` gives what was measured so far; `again` measures `run`, or builds of a scenario, once
    more on both sides, and tells whether all went well.
    """
    end = time.monotonic() + seconds
    was_near: dict[str, None] = {}
    is_late = False
    while True:
        near = [key for key in undecided(*taken(), most) if key not in _NOT_REPEATED]
        was_near.update(dict.fromkeys(near))
        is_late = time.monotonic() >= end
        if not near or is_late:
            break
        asked_again = dict.fromkeys(_MEASURED_BY.get(key, key) for key in near)
        if not all(again(what) for what in asked_again):
            break

    found = {figure.key: figure for figure in figures(*taken(), most)}
    return tuple(_sentences(found, was_near, most, is_late=is_late))


def _sentences(
    found: Mapping[str, Figure],
    was_near: Mapping[str, None],
    most: int,
    *,
    is_late: bool,
) -> Iterator[str]:
    for key in was_near:
        figure = found.get(key)
        if figure is None:
            continue
        rounds = min(len(figure.before), len(figure.after))
        why = _why_no_more(figure, rounds, most, is_late=is_late)
        yield f"{_TITLES[key]}: {rounds} rounds, since it was near its noise; {why}"


def _why_no_more(figure: Figure, rounds: int, most: int, *, is_late: bool) -> str:
    if figure.change is not Effect.SAME:
        return "then the difference was plain"
    if rounds >= most:
        return "that is the limit, and no difference was seen"
    if is_late:
        return "there was no time for more, and no difference was seen"
    return "then it was no more than noise"
