"""How many programs wanted a processor while something was measured, on the machine that does it.

A build that takes twice as long beside four other programs has not become slower. Linux says in
/proc/loadavg how many threads run or wait to run (proc(5), the fourth field); it is read twenty
times a second.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field

from lightship.record import record

_PLACE = "/proc/loadavg"
_PAUSE = 0.05  # seconds between two looks
_OWN = 1  # the thread that looks


@record(eq=False, frozen=False)
class Crowd:
    """What was seen so far: threads that wanted a processor, at each look."""

    seen: list[int] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Threads for each processor, at least 1, on average; 0 where nothing is known."""
        if not self.seen:
            return 0.0
        processors = os.cpu_count() or 1
        shares = [max(number / processors, 1.0) for number in self.seen]
        return round(sum(shares) / len(shares), 3)


@contextmanager
def crowded(*, is_here: bool) -> Iterator[Crowd]:
    """Look until the block ends; `is_here` says that what is measured runs on this machine."""
    crowd = Crowd()
    if not is_here or not os.path.exists(_PLACE):
        yield crowd
        return
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(crowd, over), daemon=True)
    looking.start()
    try:
        yield crowd
    finally:
        over.set()
        looking.join()


def _look(crowd: Crowd, over: threading.Event) -> None:
    while not over.wait(_PAUSE):
        number = _wanting()
        if number:
            crowd.seen.append(number)


def _wanting() -> int:
    """How many threads run or wait to run, without ours; 0 where the system does not say."""
    try:
        with open(_PLACE, encoding="ascii") as file:
            running = file.read().split()[3].partition("/")[0]
        return max(int(running) - _OWN, 1)
    except (OSError, ValueError, IndexError):
        return 0
