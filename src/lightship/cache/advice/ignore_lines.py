"""Lines for the ignore file: what rebuilt steps over the history, and no image needs."""

from __future__ import annotations

from collections import Counter

from lightship.build import Build
from lightship.cache.development_files import is_for_development
from lightship.cache.replay.results import Replay
from lightship.regex import regex

_MOST = 12  # lines
# No character that means something in a pattern
_SAFE = regex(r"[A-Za-z0-9_.@+-][A-Za-z0-9_.@+/-]*")
_NAMING = ("pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in")


def ignore_lines(build: Build, replayed: Replay) -> list[str]:
    """The places at the top of the context whose changes rebuilt something, those that cost
    the most first.

    Not those that the Dockerfile names, or the project's own manifest, such as the README that it
    asks for.
    """
    costs: Counter[str] = Counter()
    for file in replayed.files:
        if is_for_development(file.path):
            costs[file.path.partition("/")[0]] += file.steps
    lines = (
        line
        for line, _ in costs.most_common()
        if _SAFE.fullmatch(line) and not _is_named(build, line)
    )
    return [line for line in lines if _is_whole(line, replayed)][:_MOST]


def _is_named(build: Build, name: str) -> bool:
    """Whether the Dockerfile or a manifest has the word in it."""
    texts = [build.dockerfile.text]
    if build.context is not None:
        texts += [build.context.read(path) or "" for path in _NAMING]
    return any(name in text for text in texts)


def _is_whole(place: str, replayed: Replay) -> bool:
    """Whether all that ever changed below a place is needless, not only some of it."""
    below = [
        file.path
        for file in replayed.files
        if file.path == place or file.path.startswith(f"{place}/")
    ]
    return all(is_for_development(path) for path in below)
