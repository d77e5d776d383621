"""Options that the commands of `lightship cache` share, and how they show what they found."""

from __future__ import annotations

import click

from lightship.cache.builders import BUILDERS
from lightship.cli import output
from lightship.cli.build_options import BUILD_ARG, NO_CONFIG, TARGET, dockerfile
from lightship.cli.sections import combined, gathered, option, section
from lightship.flows.builds import BuildOptions
from lightship.flows.cache.times import TimesOptions
from lightship.report.cache.formats import FORMATS

CONTEXT = click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
HISTORY = section(
    "History",
    option(
        "--commits",
        type=click.IntRange(1),
        default=500,
        show_default=True,
        metavar="N",
        help="The last N.",
    ),
    option("--branch", metavar="NAME", help="Of this branch.  [default: HEAD]"),
    option(
        "--with-git",
        is_flag=True,
        help="As in a clone: `.git` is sent, and changes with each commit.",
    ),
)
BUILD = section(
    "Build",
    dockerfile("The Dockerfile.  [default: Dockerfile in the build context]"),
    BUILD_ARG,
    TARGET,
    NO_CONFIG,
    option(
        "--builder",
        type=click.Choice(list(BUILDERS)),
        default="buildkit",
        show_default=True,
        metavar="NAME",
        help=f"Whose cache: {', '.join(BUILDERS)}.",
    ),
)
TIMES = section(
    "Times",
    option(
        "--times",
        type=click.Path(exists=True, dir_okay=False),
        metavar="FILE",
        help="Seconds of steps: what docker build printed, plain or rawjson, or our own JSON.",
    ),
    option(
        "--measure",
        is_flag=True,
        help="Take the times from one build without the cache, made now.",
    ),
    option(
        "--measure-with",
        "measured_with",
        multiple=True,
        metavar="OPTION",
        help="An option of docker build for --measure, such as --secret=id=ca,src=FILE.",
    ),
)
OUTPUT = output.printing(list(FORMATS))
GATHERED = combined(gathered(BuildOptions, "build"), gathered(TimesOptions, "times"))
"""Below BUILD and TIMES: the command takes `build` and `times`."""
