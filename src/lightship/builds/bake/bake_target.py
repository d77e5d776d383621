"""`BakeTarget`: what a target of bake says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lightship.builds.build_paths import Setting
from lightship.builds.definition import BuildOption, Inline, Written
from lightship.record import record
from lightship.repository_facts import GivenLabel


@record
class BakeTarget:
    """What a target says, or says with all that it inherits; None for what is not said.

    Paths are as they are written: they count from the directory where bake is started. `options`
    are those that say how it is built, by their names: `cache-from`, `output`. `is_service_built`
    is whether it is a service of a compose file with `build:`.
    """

    name: str
    written: Written
    context: Setting | None = None
    dockerfile: Setting | None = None
    inline: Inline | None = None
    target: Setting | None = None
    args: Mapping[str, str | None] = field(default_factory=dict)
    platforms: tuple[str, ...] | None = None
    contexts: Mapping[str, str | None] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    options: Mapping[str, tuple[BuildOption, ...]] = field(default_factory=dict)
    inherits: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    is_service_built: bool = False
    labels: Mapping[str, GivenLabel] = field(default_factory=dict)
