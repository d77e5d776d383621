"""`lightship build`: build an image with docker, then inspect it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from lightship.errors import ImageNotFoundError

if TYPE_CHECKING:
    from lightship.docker.image_build import BuildArguments

_OWN = ("-h", "--help")
_TO_BE_BUILT = "docker://it"  # stands for the image's name until there is one


# Those of both are docker's; what `inspect` needs of them it is told
_SHARED = frozenset("--build-arg --file --help --output --platform --target".split())


class _Split(click.Command):
    """A command with options of `inspect` and arguments of `docker build`.

    Words before a `--` are options of `inspect`. Without a `--` its long options are, which docker
    does not have.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] in _OWN:
            return super().parse_args(ctx, args)
        if "--" in args:
            middle = args.index("--")
            own, rest = args[:middle], args[middle + 1 :]
        else:
            own, rest = _split(args)
        ctx.params["options"] = own
        ctx.params["arguments"] = rest
        return []

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[INSPECT OPTIONS] [--] [DOCKER BUILD ARGUMENTS]"]


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The long options of `inspect` that stand among those of docker, and docker's."""
    from lightship.cli.inspect import command as inspect  # noqa: PLC0415 - --help needs neither
    from lightship.docker.image_build import split_words  # noqa: PLC0415

    takes_value: dict[str, bool] = {}
    for option in inspect.params:
        if isinstance(option, click.Option):
            for name in option.opts:
                if name.startswith("--") and name not in _SHARED:
                    takes_value[name] = _needs_value(option)
    return split_words(words, takes_value)


def _needs_value(option: click.Option) -> bool:
    """Whether a word has to follow; one that only may follow is given with `=`."""
    return not option.is_flag and not isinstance(option.flag_value, str)


@click.command(cls=_Split, short_help="Build an image with docker, then inspect it.")
def command(options: list[str], arguments: list[str]) -> None:
    """Build an image with docker, then inspect it.

    Long options of `lightship inspect` that docker does not have are for it, all other arguments
    are passed to `docker build`. Where both have an option, or podman stands in for docker, a `--`
    divides them: what is before it is for `inspect`. Layers are traced to the lines of the
    Dockerfile that is built.

    \b
      lightship build --tag app .
      lightship build --tag app --max-waste 20MB --format markdown .
      lightship build --output report.json --format json -- --tag app .

    The output of docker goes to standard error.

    \b
    Exit code: docker's if the build fails, otherwise that of `lightship inspect`:
               0  the image is within all limits
               1  a limit is exceeded
               2  invalid usage, or an image that cannot be read
    """
    from lightship.cli.inspect import command as inspect  # noqa: PLC0415 - --help needs neither
    from lightship.docker.image_build import find_dockerfile, read_arguments  # noqa: PLC0415

    asked = read_arguments(arguments)
    known: list[str] = []
    file = find_dockerfile(asked)
    if file:  # a Dockerfile from standard input cannot be read again
        known += _known(options, "--file", (file,))
        known += _known(options, "--target", (asked.last("--target"),))
        args = asked.flags.get("--build-arg", ())
        known += _known(options, "--build-arg", args)
    words = [*known, *options, _TO_BE_BUILT]
    with inspect.make_context("lightship inspect", words) as ctx:
        # Called when all options are read, so that a wrong one is told before the build
        ctx.obj = partial(_build, asked)
        inspect.invoke(ctx)


def _build(asked: BuildArguments) -> str:
    """The name of the image that was built; where none was, the command ends."""
    from lightship.docker.image_build import build  # noqa: PLC0415 - --help needs it not

    built = build(asked)
    is_help = any(word in asked.flags for word in _OWN)
    if built.code or is_help:
        sys.exit(built.code)
    if not built.image:
        raise ImageNotFoundError(
            "docker build made no image to inspect, as with --output and --check"
        )
    return f"docker://{built.image}"


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
