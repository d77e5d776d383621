"""Options that the commands of `lightship cache` share, and how they show what they found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from lightship.build import Build
from lightship.cache.builders import BUILDERS
from lightship.cache.times.build_time import Times
from lightship.cli import options, output
from lightship.errors import UsageError
from lightship.files.reading import read_file
from lightship.report.cache.formats import FORMATS
from lightship.report.kit.view import View
from lightship.text import decode

Decorated = Callable[..., Any]


def building(function: Decorated) -> Decorated:
    """What is built, and by what."""
    for option in (
        click.option(
            "--builder", type=click.Choice(list(BUILDERS)), default="buildkit", show_default=True, metavar="NAME",
            help=f"Whose cache: {', '.join(BUILDERS)}.",
        ),
        click.option("--no-config", is_flag=True, help="Read no configuration."),
        click.option("--target", metavar="STAGE", help="The stage to build."),
        click.option(
            "--build-arg", "build_args", multiple=True, callback=options.pairs, metavar="K=V",
            help="Set a build argument.",
        ),
        click.option(
            "-f", "--file", "dockerfile", type=click.Path(dir_okay=False), metavar="DOCKERFILE",
            help="The Dockerfile.  [default: Dockerfile in the build context]",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def timing(function: Decorated) -> Decorated:
    """Where seconds come from."""
    for option in (
        click.option(
            "--measure-with", "measured_with", multiple=True, metavar="OPTION",
            help="An option of docker build for --measure, such as --secret=id=ca,src=FILE.",
        ),
        click.option("--measure", is_flag=True, help="Take the times from one build without the cache, made now."),
        click.option(
            "--times", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
            help="Seconds of steps: what docker build printed, plain or rawjson, or our own JSON.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def printing(function: Decorated) -> Decorated:
    """How it is shown."""
    function = output.colour(function)
    function = output.to_file(function)
    return output.form(list(FORMATS))(function)


def times_of(
    given: Mapping[str, Any], build: Build, context: str, dockerfile: str
) -> Times | None:
    """The times that are asked for; None where none are."""
    from lightship.cache.times.read_times import read_times  # noqa: PLC0415 - most runs have none

    if given["times"] and given["measure"]:
        raise UsageError(
            "--times and --measure are two sources of the same; choose one"
        )
    if given["measured_with"] and not given["measure"]:
        raise UsageError("--measure-with goes with --measure")
    if given["times"]:
        return read_times(decode(read_file(given["times"])), build, given["times"])
    if not given["measure"]:
        return None
    from lightship.docker.measure import measure  # noqa: PLC0415 - as above

    said = measure(
        context, dockerfile, build.args, build.target, given["measured_with"]
    )
    return read_times(said, build, "a build without the cache, measured now")


def view_of(given: Mapping[str, Any]) -> View:
    """How text looks here."""
    return View(
        output.is_coloured(given["when"], to_file=bool(given["output"])),
        output.columns(),
    )
