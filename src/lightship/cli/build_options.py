"""Options that say what is built, as `docker build` takes them, and which configuration holds."""

from __future__ import annotations

import click

from lightship.cli.options import pairs
from lightship.cli.sections import Decorator, option

BUILD_ARG = option(
    "--build-arg",
    "build_args",
    multiple=True,
    callback=pairs,
    metavar="K=V",
    help="Set a build argument, as docker build does.",
)
TARGET = option("--target", metavar="STAGE", help="Stage to build.")
# For commands that build nothing: what was saved of a build lies in its context
CONTEXT = option(
    "--context",
    default=".",
    metavar="DIR",
    help="Directory of the build context.  [default: .]",
)
CONFIG = option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Use this configuration file.",
)
NO_CONFIG = option("--no-config", is_flag=True, help="Ignore all configuration files.")


def dockerfile(about: str) -> Decorator:
    """Which Dockerfile."""
    return option(
        "-f",
        "--file",
        "dockerfile",
        type=click.Path(dir_okay=False),
        metavar="DOCKERFILE",
        help=about,
    )
