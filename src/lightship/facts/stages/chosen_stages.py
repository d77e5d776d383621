"""The stages that a FROM with a variable may stand for: `FROM base-${KIND}`."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.regex import regex

_VARIABLE = regex(r"\$(?:\w+|\{[^{}]*\})")


def chosen_by(build: Build, stage: Stage) -> Iterator[Stage]:
    """The earlier stages that a stage may start from, by a build arg."""
    base = stage.base.text
    parts = _VARIABLE.split(base)
    if len(parts) < 2:
        return  # no variable, also where a $ stands alone

    first = parts[0]
    last = parts[-1]
    # A variable alone may be an image as well
    is_alone = not first and not last
    if is_alone and build.base_of(stage) is None:
        return
    for earlier in build.dockerfile.stages[: stage.index]:
        name = earlier.name or ""
        if not name.startswith(first):
            continue
        if name.endswith(last):
            yield earlier


def may_start_from(build: Build, stage: Stage, ancestor: Stage) -> bool:
    """Whether a stage is another one, starts from it, or may do so by a build arg."""
    lineage = build.lineage_of(stage)
    if ancestor in lineage:
        return True
    for own in lineage:
        for chosen in chosen_by(build, own):
            if chosen is ancestor:
                return True
    return False
