"""Things that have a path of the image, found by the path of a directory above them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Generic, TypeVar

T = TypeVar("T")
_path = itemgetter(0)
_number = itemgetter(1)


class Placed(Generic[T]):
    """Looked up in no more steps than there are hits.

    To compare each thing with each path would take minutes.
    """

    def __init__(self, things: Iterable[tuple[str, T]]) -> None:
        """Clean paths, each with what stands there."""
        rows: list[tuple[str, int, T]] = []
        for path, thing in things:
            key = _key(path)
            number = len(rows)
            row = (key, number, thing)
            rows.append(row)
        rows.sort(key=_path)
        self._rows = rows

    def below(self, directory: str) -> Sequence[T]:
        """What stands at that path or below it, in the order in which it was given."""
        start = _key(directory)
        # `0` comes directly after `/`: all paths in the directory lie between the two
        stem = start.removesuffix("/")
        end = f"{stem}0"
        first = bisect_left(self._rows, start, key=_path)
        last = bisect_left(self._rows, end, key=_path)

        rows = self._rows[first:last]
        rows.sort(key=_number)
        return [thing for _path, _number, thing in rows]


def _key(path: str) -> str:
    """A path with a slash at its end, so that no other name begins with it."""
    directory = path.rstrip("/")
    return f"{directory}/"
