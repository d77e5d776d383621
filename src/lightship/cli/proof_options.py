"""Options of `lightship prove` and `improve`: how versions are built, run and measured."""

from __future__ import annotations

import click

from lightship.cli.build_options import BUILD_ARG, TARGET
from lightship.cli.options import numbers, pairs
from lightship.cli.sections import combined, gathered, option, section
from lightship.flows.build_options import BuildOptions
from lightship.flows.proof.requests import (
    MeasuringOptions,
    PassedOptions,
    RoundOptions,
    RunOptions,
    ServiceOptions,
)

_AUTO = "auto"
_MOST_ROUNDS = 50


def _rounds(_ctx: click.Context, parameter: click.Parameter, value: str) -> int | None:
    """A number of rounds; None for `auto`."""
    if value == _AUTO:
        return None
    is_number = value.isascii() and value.isdecimal() and len(value) < 3
    if not is_number or not 1 <= int(value) <= _MOST_ROUNDS:
        wanted = f"write auto, or a number from 1 to {_MOST_ROUNDS}"
        raise click.BadParameter(f"invalid number {value!r}: {wanted}", param=parameter)
    return int(value)


SECRET = option(
    "--secret",
    multiple=True,
    metavar="SPEC",
    help="Secret for the build, as for docker build: id=ca,src=FILE.",
)
NETWORK = option(
    "--network",
    metavar="MODE",
    help="Network of RUN instructions: host, none or default.",
)
PLATFORM = option(
    "--platform",
    metavar="OS/ARCH",
    help="Platform to build for.  [default: that of the build, where it has only one]",
)
NO_RUN = option("--no-run", is_flag=True, help="Build the images without running them.")
PORT = option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Port that the program listens on.  [default: from EXPOSE or the command]",
)
REQUESTED_PATH = option(
    "--path",
    "requested",
    multiple=True,
    metavar="PATH",
    help="Path to request by HTTP; may be repeated.  [default: /]",
)
ASK = option(
    "--ask",
    "asks",
    multiple=True,
    metavar="FILE",
    help="File of HTTP requests and expected answers.  [default: lightship.http, if it exists]",
)
FIND = option(
    "--find/--no-find",
    default=True,
    help="Also request the pages that the code, the program or HEALTHCHECK states.",
)
ENV = option(
    "--env",
    multiple=True,
    callback=pairs,
    metavar="K=V",
    help="Set an environment variable in the container.",
)
TIMEOUT = option(
    "--timeout",
    type=click.FloatRange(1),
    default=1800,
    show_default=True,
    metavar="S",
    help="Time limit for one build, in seconds.",
)
BUILD = section(
    "Build",
    BUILD_ARG,
    TARGET,
    SECRET,
    option(
        "--ssh",
        multiple=True,
        metavar="SPEC",
        help="SSH agent or key for the build, as for docker build.",
    ),
    NETWORK,
    PLATFORM,
    option("--builder", metavar="NAME", help="Builder of buildx to use."),
    option(
        "--build-context",
        multiple=True,
        metavar="NAME=VALUE",
        help="Additional build context, as for docker build.",
    ),
    option(
        "--add-host",
        multiple=True,
        metavar="HOST:IP",
        help="Additional host for the build, as for docker build.",
    ),
)
RUN = section(
    "Run",
    NO_RUN,
    PORT,
    REQUESTED_PATH,
    ASK,
    FIND,
    option(
        "--ready",
        metavar="CMD",
        default="",
        help="Command in the container that succeeds once the program is ready.",
    ),
    option(
        "--check",
        "checks",
        multiple=True,
        metavar="CMD",
        help="Command to run in the container; both versions must print the same.",
    ),
    option(
        "--check-file",
        "check_files",
        multiple=True,
        metavar="FILE",
        help="Script to run in the container; both versions must print the same.",
    ),
    ENV,
    option(
        "--run-network",
        default="none",
        show_default=True,
        metavar="NAME",
        help="Network of the container.",
    ),
    option(
        "--memory",
        default="2GB",
        show_default=True,
        metavar="SIZE",
        help="Memory limit of the container.",
    ),
    option(
        "--patience",
        type=click.FloatRange(1),
        default=60,
        show_default=True,
        metavar="S",
        help="Time limit for the first answer, in seconds.",
    ),
    option(
        "--grace",
        type=click.FloatRange(0.1),
        default=10,
        show_default=True,
        metavar="S",
        help="Time from SIGTERM to SIGKILL, in seconds.",
    ),
    option(
        "--settle",
        type=click.FloatRange(0, 600),
        default=3,
        show_default=True,
        metavar="S",
        help="Time from the first answer to a second look, in seconds.",
    ),
)
SERVICES = section(
    "Services",
    option(
        "--services",
        "services_files",
        multiple=True,
        metavar="FILE",
        help="Compose file whose services the program needs; may be repeated, as with docker "
        "compose -f.  [default: those of the build]",
    ),
    option("--no-services", is_flag=True, help="Start no services."),
    option(
        "--app",
        metavar="NAME",
        help="Service of the compose file that is the program.  "
        "[default: the one built from the Dockerfile]",
    ),
    option(
        "--service",
        multiple=True,
        metavar="IMAGE[,NAME][,VAR=VALUE]",
        help="Further service that is started: postgres:16,db. May be repeated.",
    ),
    option(
        "--env-file",
        multiple=True,
        metavar="FILE",
        help="File of variables for the container and the compose file, instead of .env.",
    ),
)
ROUNDS = section(
    "Measuring",
    option(
        "--runs",
        callback=_rounds,
        default=_AUTO,
        metavar="N",
        show_default=True,
        help="Number of rounds; auto: one, and up to 10 of each figure near its noise.",
    ),
    option("--quick", is_flag=True, help="Measure one round only."),
    option(
        "--edit",
        metavar="FILE",
        help="File to change for a code edit.  [default: the one that changes most often]",
    ),
    option(
        "--dependency",
        metavar="FILE",
        help="File to change for a dependency edit.  [default: the manifest]",
    ),
    TIMEOUT,
)
WEIGHT = option(
    "--weight",
    "weights",
    multiple=True,
    callback=numbers,
    metavar="NAME=N",
    help="How much something weighs in a mixed verdict: edits=8, pulls=2; may be repeated.",
)
GATHERED = combined(
    gathered(BuildOptions, "build"),
    gathered(PassedOptions, "passed"),
    gathered(RunOptions, "run"),
    gathered(ServiceOptions, "services"),
    gathered(RoundOptions, "rounds"),
    gathered(MeasuringOptions, "measuring"),
)
"""Below BUILD, RUN and ROUNDS: the command takes `measuring`."""
