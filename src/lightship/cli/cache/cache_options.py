"""Options that the commands of `lightship cache` share, and how they show what they found."""

from __future__ import annotations

import click

from lightship.cache.builders import BUILDERS
from lightship.cli import output
from lightship.cli.build_options import BUILD_ARG, NO_CONFIG, TARGET, dockerfile
from lightship.cli.sections import combined, gathered, option, section
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.times import TimesOptions
from lightship.report.cache.formats import FORMATS

CONTEXT = click.argument(
    "context",
    metavar="[DIR]",
    required=False,
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
        help="Number of commits to replay, the latest first.",
    ),
    option("--branch", metavar="NAME", help="Branch to replay.  [default: HEAD]"),
    option(
        "--with-git",
        is_flag=True,
        help="Treat `.git` as part of the context: it changes with every commit.",
    ),
)
BUILD = section(
    "Build",
    dockerfile("Path of the Dockerfile.  [default: the one that is built in DIR]"),
    BUILD_ARG,
    TARGET,
    NO_CONFIG,
    option(
        "--builder",
        type=click.Choice(list(BUILDERS)),
        default="buildkit",
        show_default=True,
        metavar="NAME",
        help=f"Builder whose cache is predicted: {', '.join(BUILDERS)}.",
    ),
)
# Of the commands of CI, too
TIMES_FILES = option(
    "--times",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Read the seconds of steps from a build record (.dockerbuild), the log of a build, or "
    "our JSON; may be repeated.",
)
TIMES = section(
    "Times",
    TIMES_FILES,
    option(
        "--measure",
        is_flag=True,
        help="Measure the times now, with one build without the cache.",
    ),
    option(
        "--measure-with",
        "measured_with",
        multiple=True,
        metavar="OPTION",
        help="Option of docker build for --measure, such as --secret=id=ca,src=FILE.",
    ),
)
OUTPUT = output.printing(list(FORMATS))
GATHERED = combined(gathered(BuildOptions, "build"), gathered(TimesOptions, "times"))
"""Below BUILD and TIMES: the command takes `build` and `times`."""
