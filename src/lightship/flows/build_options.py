"""What a user says of a build, and the configuration that holds for it.

Commands for images take it too, and read a Dockerfile only where one is named. So this imports
nothing that reads one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING

from lightship.config.config_keys import Config
from lightship.config.find_config import config_for, load
from lightship.record import record

if TYPE_CHECKING:
    from lightship.builds.definition import BuildDefinition


@record
class BuildOptions:
    """What the user says of a build, as `docker build` takes it, and which configuration holds.

    `dockerfile` is None for the usual name, `config_file` where the nearest configuration holds.
    `definition` is how a file of the repository builds it: it holds where neither the user nor the
    configuration says anything.
    """

    dockerfile: str | None = None
    build_args: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    config_file: str | None = None
    no_config: bool = False
    definition: BuildDefinition | None = None


def config_of(options: BuildOptions, folder: str) -> Config:
    """The configuration that holds for files in a directory."""
    if options.no_config:
        return Config()
    if options.config_file is not None:
        return _loaded(options.config_file)
    return config_for(os.path.abspath(folder))


@cache
def _loaded(path: str) -> Config:
    return load(path)


def forget_configurations() -> None:
    """Read configurations again from now on: in a process that goes on they may have changed."""
    config_for.cache_clear()
    _loaded.cache_clear()
