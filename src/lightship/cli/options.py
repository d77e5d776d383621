"""Options that several commands take."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import click

Decorated = Callable[..., Any]


def paths(function: Decorated) -> Decorated:
    """Files, directories, or standard input."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())(
        function
    )


def names(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Several options, each with names between commas, as one list."""
    return tuple(
        name.strip() for value in values for name in value.split(",") if name.strip()
    )


def pairs(
    _ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """`K=V`; a bare K takes its value from the environment, as with docker build."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not name:
            raise click.BadParameter(f"{value!r} is not KEY=VALUE", param=parameter)
        if equals or name in os.environ:
            found[name] = text if equals else os.environ[name]
    return found


def selecting(function: Decorated) -> Decorated:
    """Which rules run."""
    for option in (
        click.option(
            "--extend-select",
            "extend",
            multiple=True,
            callback=names,
            metavar="RULES",
            help="Run these rules too.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            callback=names,
            metavar="RULES",
            help="Do not run these rules.",
        ),
        click.option(
            "--select",
            multiple=True,
            callback=names,
            metavar="RULES",
            help="Run only these: ids, aliases (DL3007), themes, hadolint, buildkit, all.",
        ),
    ):
        function = option(function)
    return function


def building(function: Decorated) -> Decorated:
    """What `docker build` would be given, and which configuration holds."""
    for option in (
        click.option("--no-config", is_flag=True, help="Read no configuration."),
        click.option(
            "--config",
            "config_file",
            type=click.Path(exists=True, dir_okay=False),
            help="Read this configuration.",
        ),
        click.option(
            "--stdin-filename",
            metavar="PATH",
            help="What the file on standard input is called.",
        ),
        click.option("--target", metavar="STAGE", help="The stage to build."),
        click.option(
            "--build-arg",
            "build_args",
            multiple=True,
            callback=pairs,
            metavar="K=V",
            help="Set a build argument.",
        ),
        click.option(
            "--context",
            metavar="DIR",
            help="The build context; - for none.  [default: the Dockerfile's directory]",
        ),
    ):
        function = option(function)
    return function


def fail_on(levels: Sequence[str]) -> Callable[[Decorated], Decorated]:
    """From which severity on the exit code is 1."""
    return click.option(
        "--fail-on",
        type=click.Choice(levels),
        metavar="SEVERITY",
        help=f"Exit with 1 from this severity on: {', '.join(levels)}.  [default: warning]",
    )
