"""Options of `lightship lint` and `lightship fix`: which files, which rules, and what the build would be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from lightship.cli import options
from lightship.flows.lint import Settings
from lightship.lint.registry import all_rules
from lightship.lint.selection import Request, names, resolve

Decorated = Callable[..., Any]


def paths(function: Decorated) -> Decorated:
    """Files, directories, or standard input."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())(
        function
    )


def selecting(function: Decorated) -> Decorated:
    """Which rules run."""
    for option in (
        click.option(
            "--extend-select",
            "extend",
            multiple=True,
            callback=options.names,
            metavar="RULES",
            help="Run these rules too.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            callback=options.names,
            metavar="RULES",
            help="Do not run these rules.",
        ),
        click.option(
            "--select",
            multiple=True,
            callback=options.names,
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
            callback=options.pairs,
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


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The Settings that a command's options make; unknown names are an error before any file is read."""
    request = Request(given["select"] or None, given["extend"], given["ignore"])
    known = names(all_rules())
    for name in (*(request.select or ()), *request.extend, *request.ignore):
        resolve(name, known)
    return Settings(
        request,
        given["context"],
        given["build_args"],
        given["target"],
        given["stdin_filename"],
        given["config_file"],
        given["no_config"],
    )
