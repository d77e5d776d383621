"""The pages of a repository that say how its container is started."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build

_MANUALS = frozenset({"readme.md", "readme.rst", "docker.md"})
_LONGEST = 1 << 18


def manuals(build: Build) -> tuple[str, ...]:
    """The texts of those that can be read."""
    return build.once(_manuals)


def _manuals(build: Build) -> tuple[str, ...]:
    return tuple(_texts(build))


def _texts(build: Build) -> Iterator[str]:
    context = build.context
    if context is None:
        return
    for file in context.files:
        name = basename(file.path).lower()
        if name not in _MANUALS:
            continue
        if file.size > _LONGEST:
            continue
        text = context.read(file.path)
        if text is not None:
            yield text
