"""Environments that git has: a project ships those, as pages do the scripts of a node_modules."""

from __future__ import annotations

from lightship.context.files import Context
from lightship.context.needless import ENVIRONMENTS, Finder

_FINDER = Finder(ENVIRONMENTS)


def committed_environments(context: Context) -> frozenset[str]:
    """The patterns, such as `**/node_modules`, that would leave out what git has.

    Empty where git does not say what it has.
    """
    tracks = context.git_tracks
    if tracks is None:
        return frozenset()

    places: set[tuple[str, str]] = set()
    for file in context.sent:
        hit = _FINDER.find(file)
        if hit is not None:
            place = _place(file.path, hit.name)
            row = (hit.pattern, place)
            places.add(row)

    patterns: set[str] = set()
    for pattern, place in places:
        if tracks(place):
            patterns.add(pattern)
    return frozenset(patterns)


def _place(path: str, name: str) -> str:
    """The directory of that name on a path, from the top."""
    parts = path.split("/")
    end = parts.index(name) + 1
    above = parts[:end]
    return "/".join(above)
