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
    help="Set a build argument.",
)
TARGET = option("--target", metavar="STAGE", help="The stage to build.")
CONFIG = option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Read this configuration.",
)
NO_CONFIG = option("--no-config", is_flag=True, help="Read no configuration.")


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
