"""Lines for the ignore file: what rebuilt steps over the history, and no image needs."""

from __future__ import annotations

from collections import Counter

from lightship.build import Build
from lightship.cache.development_files import is_for_development
from lightship.cache.replay.results import Replay
from lightship.evaluation.paths import below
from lightship.regex import regex

_MOST = 12  # lines
# No character that means something in a pattern
_SAFE = regex(r"[A-Za-z0-9_.@+-][A-Za-z0-9_.@+/-]*")
_NAMING = ("pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in")


def ignore_lines(build: Build, replayed: Replay) -> list[str]:
    """The places at the top of the context whose changes rebuilt the most, the costliest first.

    Not those that the Dockerfile names, or the project's own manifest, such as the README that it
    asks for.
    """
    costs: Counter[str] = Counter()
    for file in replayed.files:
        path = file.path
        if is_for_development(path):
            place, _slash, _rest = path.partition("/")
            costs[place] += file.steps

    lines: list[str] = []
    for place, _cost in costs.most_common():
        if _SAFE.fullmatch(place) is None:
            continue
        if _is_named(build, place):
            continue
        if _is_whole(place, replayed):
            lines.append(place)
    return lines[:_MOST]


def _is_named(build: Build, name: str) -> bool:
    """Whether the Dockerfile or a manifest has the word in it."""
    if name in build.dockerfile.text:
        return True
    context = build.context
    if context is None:
        return False

    for path in _NAMING:
        manifest = context.read(path)
        if manifest and name in manifest:
            return True
    return False


def _is_whole(place: str, replayed: Replay) -> bool:
    """Whether all that ever changed below a place is for development, not only some of it."""
    for file in replayed.files:
        path = file.path
        is_there = below(path, place) is not None
        if is_there and not is_for_development(path):
            return False
    return True
