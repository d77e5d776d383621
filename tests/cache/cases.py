"""All changes, by theme."""

from __future__ import annotations

from cache.changes import (
    arguments,
    binds,
    copied_outputs,
    copies,
    directories,
    effects,
    environments,
    files,
    ignored,
    mounts,
    outputs,
    scripts,
    settings,
    spelling,
    stages,
    surroundings,
    wildcards,
)

THEMES = (
    files,
    ignored,
    spelling,
    environments,
    arguments,
    settings,
    mounts,
    binds,
    copies,
    directories,
    wildcards,
    stages,
    outputs,
    copied_outputs,
    effects,
    scripts,
    surroundings,
)
CASES = {each.name: each for theme in THEMES for each in theme.CHANGES}
assert len(CASES) == sum(len(theme.CHANGES) for theme in THEMES), (
    "two changes have one name"
)
