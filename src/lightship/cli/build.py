"""`lightship build`: build an image with docker, then inspect it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from lightship.errors import ImageNotFoundError

_OWN = ("-h", "--help")


class _Split(click.Command):
    """A command whose words before `--` are options of `inspect`.

    Without a `--` all words are docker's.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] in _OWN:
            return super().parse_args(ctx, args)
        own: list[str] = []
        if "--" in args:
            middle = args.index("--")
            own = args[:middle]
            args = args[middle + 1 :]
        ctx.params["options"] = own
        ctx.params["arguments"] = args
        return []

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[[INSPECT OPTIONS] --] [DOCKER BUILD ARGUMENTS]"]


@click.command(cls=_Split, short_help="Build an image with docker, then inspect it.")
def command(options: list[str], arguments: list[str]) -> None:
    """Build an image with docker, then inspect it.

    All arguments are passed to `docker build`; those before a `--` are options of `lightship
    inspect`. Layers are traced to the lines of the Dockerfile that is built.

    \b
      lightship build --tag app .
      lightship build --max-waste 20MB --format markdown -- --tag app .

    The output of docker goes to standard error.

    \b
    Exit code: docker's if the build fails, otherwise that of `lightship inspect`:
               0  the image is within all limits
               1  a limit is exceeded
               2  invalid usage, or an image that cannot be read
    """
    from lightship.cli.inspect import command as inspect  # noqa: PLC0415 - --help needs neither
    from lightship.docker.image_build import build, find_dockerfile, read_arguments  # noqa: PLC0415

    asked = read_arguments(arguments)
    # A wrong option is told before the build.
    inspect.make_context("lightship inspect", [*options, "docker://it"])
    built = build(asked)
    is_help = any(word in asked.flags for word in _OWN)
    if built.code or is_help:
        sys.exit(built.code)
    if not built.image:
        raise ImageNotFoundError(
            "docker build made no image to inspect, as with --output and --check"
        )

    known: list[str] = []
    file = find_dockerfile(asked)
    if file:  # a Dockerfile from standard input cannot be read again
        known += _known(options, "--file", (file,))
        known += _known(options, "--target", (asked.last("--target"),))
        args = asked.flags.get("--build-arg", ())
        known += _known(options, "--build-arg", args)
    words = [*known, *options, f"docker://{built.image}"]
    with inspect.make_context("lightship inspect", words) as ctx:
        inspect.invoke(ctx)


def _known(options: list[str], flag: str, values: Sequence[str]) -> list[str]:
    """Options of `inspect` that the build's arguments give, unless the user gives them."""
    for word in options:
        if word == flag or word.startswith(f"{flag}="):
            return []
    words: list[str] = []
    for value in values:
        if value:
            words += [flag, value]
    return words
