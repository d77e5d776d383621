"""What all compose files together say of how a service runs; it is read where one is to be run.

Source: compose-go, override/merge.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar

from lightship.builds.compose.part_settings import part_settings
from lightship.builds.compose.run_settings import (
    FIELDS_OF_KEYS,
    Fill,
    RunMount,
    RunSettings,
)
from lightship.builds.compose.service import Service

_T = TypeVar("_T")


def run_settings(service: Service, fill: Fill) -> RunSettings:
    """What all files together say of how a service runs."""
    read = [part_settings(part, fill) for part in service.parts]
    return reduce(_merged, read, RunSettings())


def _merged(base: RunSettings, over: RunSettings) -> RunSettings:
    """What a file says upon those before it."""
    base = _without(base, over.replaced)
    is_image_said = over.image is not None or bool(over.image_problem)
    image = over if is_image_said else base
    fields: dict[str, Any] = {}
    for name, merge in _MERGES.items():
        before = getattr(base, name)
        after = getattr(over, name)
        fields[name] = merge(before, after)
    return RunSettings(
        image=image.image,
        image_problem=image.image_problem,
        **fields,
    )


def _without(base: RunSettings, keys: frozenset[str]) -> RunSettings:
    """What is left when keys are reset or overridden."""
    unset = RunSettings()
    fields: dict[str, Any] = {}
    for key in keys:
        for name in FIELDS_OF_KEYS[key]:
            fields[name] = getattr(unset, name)
    return replace(base, **fields)


def _last(before: _T, after: _T) -> _T:
    return after or before


def _last_written(before: _T | None, after: _T | None) -> _T | None:
    return before if after is None else after


def _joined(before: tuple[_T, ...], after: tuple[_T, ...]) -> tuple[_T, ...]:
    """Both lists, what stands in both once."""
    both = (*before, *after)
    return tuple(dict.fromkeys(both))


def _both(before: Mapping[str, _T], after: Mapping[str, _T]) -> dict[str, _T]:
    return {**before, **after}


def _mounted(
    before: tuple[RunMount, ...],
    after: tuple[RunMount, ...],
) -> tuple[RunMount, ...]:
    """Both lists; a mount replaces another at the same place."""
    mounts: dict[str, RunMount] = {}
    for mount in (*before, *after):
        mounts[mount.target] = mount
    return tuple(mounts.values())


# How a value of a later file and that of those before it become one, by field
_MERGES: Mapping[str, Callable[[Any, Any], Any]] = {
    "environment": _both,
    "env_files": _joined,
    "command": _last_written,
    "entrypoint": _last_written,
    "user": _last,
    "folder": _last,
    "health": _last,
    "ports": _joined,
    "depends": _both,
    "links": _both,
    "mounts": _mounted,
    "secrets": _both,
    "configs": _both,
    "networks": _joined,
    "aliases": _joined,
    "network_mode": _last,
    "refused": _joined,
    "has_init": _last,
}
