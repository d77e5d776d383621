"""Things that have a path of the image, found by the path of a directory above them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Generic, TypeVar

T = TypeVar("T")


class Placed(Generic[T]):
    """Looked up in no more steps than there are hits.

    To compare each thing with each path would take minutes.
    """

    def __init__(self, things: Iterable[tuple[str, T]]) -> None:
        """Clean paths, each with what stands there."""
        numbered = (
            (f"{path.rstrip('/')}/", number, thing)
            for number, (path, thing) in enumerate(things)
        )
        self._rows = sorted(numbered, key=itemgetter(0))

    def below(self, directory: str) -> Sequence[T]:
        """What stands at that path or below it, in the order in which it was given."""
        start = f"{directory.rstrip('/')}/"
        first = bisect_left(self._rows, start, key=itemgetter(0))
        last = bisect_left(
            self._rows, f"{start[:-1]}0", key=itemgetter(0)
        )  # `0` comes behind `/`
        return [
            thing for _, _, thing in sorted(self._rows[first:last], key=itemgetter(1))
        ]
