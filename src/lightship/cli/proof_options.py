"""Options of `lightship prove` and `lightship improve`: how versions are built, run and measured."""

from __future__ import annotations

import click

from lightship.cli.build_options import BUILD_ARG, TARGET
from lightship.cli.options import pairs
from lightship.cli.sections import combined, gathered, option, section
from lightship.flows.builds import BuildOptions
from lightship.flows.proof.requests import (
    MeasuringOptions,
    PassedOptions,
    RoundOptions,
    RunOptions,
)

_UNITS = {"s": 1, "m": 60, "h": 3600}

BUILD = section(
    "Build",
    BUILD_ARG,
    TARGET,
    option(
        "--secret",
        multiple=True,
        metavar="SPEC",
        help="As docker build's: id=ca,src=FILE.",
    ),
    option("--ssh", multiple=True, metavar="SPEC", help="As docker build's."),
    option("--network", metavar="MODE", help="Of RUN: host, none, default."),
    option("--platform", metavar="OS/ARCH", help="The platform to build for."),
    option("--builder", metavar="NAME", help="A builder of buildx."),
    option(
        "--build-context",
        multiple=True,
        metavar="NAME=VALUE",
        help="As docker build's.",
    ),
    option("--add-host", multiple=True, metavar="HOST:IP", help="As docker build's."),
)
RUN = section(
    "Run",
    option("--no-run", is_flag=True, help="Do not run the images."),
    option(
        "--port",
        type=click.IntRange(1, 65535),
        help="Where it listens.  [default: as EXPOSE or the command says]",
    ),
    option(
        "--path",
        "paths",
        multiple=True,
        metavar="PATH",
        help="Ask for it by HTTP.  [default: /]",
    ),
    option(
        "--ready",
        metavar="CMD",
        default="",
        help="It is ready when this succeeds in the container.",
    ),
    option(
        "--check",
        "checks",
        multiple=True,
        metavar="CMD",
        help="Run it in the container; both must answer the same.",
    ),
    option(
        "--env",
        multiple=True,
        callback=pairs,
        metavar="K=V",
        help="Set a variable of the container.",
    ),
    option(
        "--run-network",
        default="none",
        show_default=True,
        metavar="NAME",
        help="Its network.",
    ),
    option(
        "--memory",
        default="2GB",
        show_default=True,
        metavar="SIZE",
        help="At most so much memory.",
    ),
    option(
        "--patience",
        type=click.FloatRange(1),
        default=60,
        show_default=True,
        metavar="S",
        help="Until the first answer.",
    ),
    option(
        "--grace",
        type=click.FloatRange(0.1),
        default=10,
        show_default=True,
        metavar="S",
        help="From SIGTERM to SIGKILL.",
    ),
)
ROUNDS = section(
    "Measuring",
    option(
        "--runs",
        type=click.IntRange(1, 50),
        default=3,
        show_default=True,
        help="Rounds of each.",
    ),
    option("--quick", is_flag=True, help="One round."),
    option(
        "--edit",
        metavar="FILE",
        help="The file that a code edit changes.  [default: what history changes most]",
    ),
    option(
        "--dependency",
        metavar="FILE",
        help="The file that a dependency edit changes.",
    ),
    option(
        "--timeout",
        type=click.FloatRange(1),
        default=1800,
        show_default=True,
        metavar="S",
        help="Of one build.",
    ),
)
GATHERED = combined(
    gathered(BuildOptions, "build"),
    gathered(PassedOptions, "passed"),
    gathered(RunOptions, "run"),
    gathered(RoundOptions, "rounds"),
    gathered(MeasuringOptions, "measuring"),
)
"""Below BUILD, RUN and ROUNDS: the command takes `measuring`."""


def seconds(_ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """`90s`, `10m`, `1h`, or seconds."""
    number, unit = value, "s"
    if value[-1:] in _UNITS:
        number, unit = value[:-1], value[-1]
    is_number = number.isascii() and number.isdecimal()
    if not is_number or len(number) > 6 or not int(number):
        raise click.BadParameter(
            f"{value!r} is no time: write such as 90s, 10m or 1h", param=parameter
        )
    return float(number) * _UNITS[unit]
