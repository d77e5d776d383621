"""From what a user says of a build to a `Build`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import cache

from lightship.build import Build
from lightship.config import Config, config_for, load
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.files.context import open_context
from lightship.files.reading import path_inside, read_file
from lightship.record import record
from lightship.text import decode


@record
class BuildOptions:
    """What the user says of a build, as `docker build` takes it, and which configuration holds.

    `dockerfile` is None for the usual name, `config_file` where the nearest configuration holds.
    """

    dockerfile: str | None = None
    build_args: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    config_file: str | None = None
    no_config: bool = False


def config_of(options: BuildOptions, folder: str) -> Config:
    """The configuration that holds for files in a directory."""
    if options.no_config:
        return Config()
    if options.config_file is not None:
        return _loaded(options.config_file)
    return config_for(os.path.abspath(folder))


def make_build(
    text: bytes,
    context: Context | None,
    path: str | None,
    options: BuildOptions,
    config: Config,
) -> Build:
    """The Build of a Dockerfile; what the user says wins over the configuration.

    `path` is where the Dockerfile lies in the context, None where it lies elsewhere.
    """
    return Build(
        parse(decode(text)),
        context,
        {**config.build_args, **options.build_args},
        options.target or config.target,
        path,
    )


def read_build(
    path: str, options: BuildOptions, root: str | None, shown: str, config: Config
) -> Build:
    """The Build of the Dockerfile at `path`, in the context of the directory `root`; None for none.

    `shown` is where it is said to lie, which differs where it comes from standard input. A FileError
    where it cannot be read.
    """
    text = read_file(path)
    if root is None:
        return make_build(text, None, None, options, config)
    context = open_context(root, shown)
    return make_build(text, context, path_inside(shown, root), options, config)


@cache
def _loaded(path: str) -> Config:
    return load(path)
