"""Further rounds of what is near its noise, and why there were no more of them.

A figure is measured again, alone, while its difference may be chance and may not be: until its
values tell, until too many of them overlap, until it had the most rounds, or until the time is up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from lightship.proof.figures import ROWS, figures, undecided
from lightship.proof.measured import Measured
from lightship.proof.proof import Effect, Figure
from lightship.wording.counts import count
from lightship.wording.durations import duration

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
    fits: Callable[[str], bool],
    say: Callable[[str], None],
) -> tuple[str, ...]:
    """Take rounds, up to `most` of each figure, for about `seconds`; what was taken, in sentences.

    `taken` gives what was measured so far; `again` measures `run`, or builds of a scenario, once
    more on both sides, and tells whether all went well; `fits` tells whether there is room for
    that. `say` is told how long they may take, before the first.
    """
    end = time.monotonic() + seconds
    was_near: dict[str, None] = {}
    is_late = False
    while True:
        open_keys = undecided(*taken(), most)
        near = [key for key in open_keys if key not in _NOT_REPEATED]
        asked_again = list(filter(fits, _asked(near)))
        if not was_near and asked_again:
            say(_coming(near, seconds))
        was_near.update(dict.fromkeys(near))
        has_no_room = bool(near) and not asked_again
        is_late = has_no_room or time.monotonic() >= end
        if not near or is_late:
            break
        # Each takes of the room of the next
        if not all(again(what) for what in asked_again if fits(what)):
            break

    found = {figure.key: figure for figure in figures(*taken(), most)}
    return tuple(_sentences(found, was_near, most, is_late=is_late))


def _asked(near: Iterable[str]) -> list[str]:
    """What is measured again, each once."""
    measured = [_MEASURED_BY.get(key, key) for key in near]
    return list(dict.fromkeys(measured))


def _coming(near: Iterable[str], seconds: float) -> str:
    titles = ", ".join(_TITLES[key] for key in near)
    return f"near their noise: {titles}; further rounds for at most {duration(seconds)} more"


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
        link = "since" if rounds > 1 else "though"
        taken = f"{count(rounds, 'round')}, {link} it was near its noise"
        yield f"{_TITLES[key]}: {taken}; {why}"


def _why_no_more(figure: Figure, rounds: int, most: int, *, is_late: bool) -> str:
    if figure.change is not Effect.SAME:
        return "then the difference was plain"
    if rounds >= most:
        return "that is the limit, and no difference was seen"
    if is_late:
        return "there was no time for more, and no difference was seen"
    return "then it was no more than noise"
