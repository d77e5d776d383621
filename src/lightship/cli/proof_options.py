"""Options of `lightship prove` and `lightship improve`: what is compared, how it is built, run, measured and judged."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import click

from lightship.cli import options
from lightship.errors import UsageError

Decorated = Callable[..., Any]
_UNITS = {"s": 1, "m": 60, "h": 3600}
_PASSED = (
    "secret",
    "ssh",
    "network",
    "platform",
    "builder",
    "build_context",
    "add_host",
)


def versions(function: Decorated) -> Decorated:
    """Which two versions."""
    return _all(
        function,
        click.option("--fix", is_flag=True, help="Against what `lightship fix` makes of it."),
        click.option("--unsafe-fixes", is_flag=True, help="Against what `lightship fix --unsafe-fixes` makes of it."),
        click.option("--context", metavar="DIR", help="The build context.  [default: .]"),
        click.option(
            "-f", "--file", "dockerfile", type=click.Path(dir_okay=False), metavar="DOCKERFILE",
            help="The Dockerfile.  [default: Dockerfile in the build context]",
        ),
    )  # fmt: skip


def building(function: Decorated) -> Decorated:
    """What is passed on to both builds."""
    return _all(
        function,
        click.option(
            "--build-arg",
            "build_args",
            multiple=True,
            callback=options.pairs,
            metavar="K=V",
            help="Set a build argument of both.",
        ),
        click.option("--target", metavar="STAGE", help="The stage to build."),
        click.option(
            "--secret",
            multiple=True,
            metavar="SPEC",
            help="As docker build's: id=ca,src=FILE.",
        ),
        click.option("--ssh", multiple=True, metavar="SPEC", help="As docker build's."),
        click.option("--network", metavar="MODE", help="Of RUN: host, none, default."),
        click.option(
            "--platform", metavar="OS/ARCH", help="The platform to build for."
        ),
        click.option("--builder", metavar="NAME", help="A builder of buildx."),
        click.option(
            "--build-context",
            multiple=True,
            metavar="NAME=VALUE",
            help="As docker build's.",
        ),
        click.option(
            "--add-host", multiple=True, metavar="HOST:IP", help="As docker build's."
        ),
    )


def running(function: Decorated) -> Decorated:
    """How the images are run and asked."""
    return _all(
        function,
        click.option("--no-run", is_flag=True, help="Do not run the images."),
        click.option(
            "--port",
            type=click.IntRange(1, 65535),
            help="Where it listens.  [default: as EXPOSE or the command says]",
        ),
        click.option(
            "--path",
            "paths",
            multiple=True,
            metavar="PATH",
            help="Ask for it by HTTP.  [default: /]",
        ),
        click.option(
            "--ready",
            metavar="CMD",
            default="",
            help="It is ready when this succeeds in the container.",
        ),
        click.option(
            "--check",
            "checks",
            multiple=True,
            metavar="CMD",
            help="Run it in the container; both must answer the same.",
        ),
        click.option(
            "--env",
            multiple=True,
            callback=options.pairs,
            metavar="K=V",
            help="Set a variable of the container.",
        ),
        click.option(
            "--run-network",
            default="none",
            show_default=True,
            metavar="NAME",
            help="Its network.",
        ),
        click.option(
            "--memory",
            default="2GB",
            show_default=True,
            metavar="SIZE",
            help="At most so much memory.",
        ),
        click.option(
            "--patience",
            type=click.FloatRange(1),
            default=60,
            show_default=True,
            metavar="S",
            help="Until the first answer.",
        ),
        click.option(
            "--grace",
            type=click.FloatRange(0.1),
            default=10,
            show_default=True,
            metavar="S",
            help="From SIGTERM to SIGKILL.",
        ),
    )


def rounds(function: Decorated) -> Decorated:
    """How often it is measured, after which edits, and for how long at most."""
    return _all(
        function,
        click.option(
            "--runs",
            type=click.IntRange(1, 50),
            default=3,
            show_default=True,
            help="Rounds of each.",
        ),
        click.option("--quick", is_flag=True, help="One round."),
        click.option(
            "--edit",
            metavar="FILE",
            help="The file that a code edit changes.  [default: what history changes most]",
        ),
        click.option(
            "--dependency",
            metavar="FILE",
            help="The file that a dependency edit changes.",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(1),
            default=1800,
            show_default=True,
            metavar="S",
            help="Of one build.",
        ),
    )


def measuring(function: Decorated) -> Decorated:
    """What is measured besides."""
    return _all(
        function,
        click.option(
            "--commits",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Build the last N commits too.",
        ),
        click.option(
            "--attribute/--no-attribute",
            default=True,
            help="Build each part of the change by itself.",
        ),
        click.option(
            "--resume", is_flag=True, help="Go on with the proof that was interrupted."
        ),
    )


def judging(function: Decorated) -> Decorated:
    """What the verdict is held to."""
    return _all(
        function,
        click.option(
            "--max-build-increase", metavar="SHARE", help="At most so much more time for the cold build: 20%."
        ),
        click.option(
            "--require", type=click.Choice(["better", "not-worse", "not-broken"]), metavar="VERDICT",
            help="Exit with 1 for less than: better, not-worse, not-broken.",
        ),
    )  # fmt: skip


def build_options(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The words that both builds get besides."""
    found: list[str] = []
    for name in _PASSED:
        values = given.get(name) or ()
        each = (values,) if isinstance(values, str) else values
        found += [
            f"--{name.replace('_', '-')}={_absolute(name, value)}" for value in each
        ]
    return tuple(found)


def _absolute(name: str, value: str) -> str:
    """The file of a secret, by a path that holds wherever the build is started."""
    if name != "secret":
        return value
    parts = []
    for part in value.split(","):
        key, equals, path = part.partition("=")
        parts.append(
            f"{key}={os.path.abspath(path)}"
            if equals and key in ("src", "source")
            else part
        )
    return ",".join(parts)


def seconds(_ctx: click.Context, parameter: click.Parameter, value: str) -> float:
    """`90s`, `10m`, `1h`, or seconds."""
    number, unit = (value[:-1], value[-1]) if value[-1:] in _UNITS else (value, "s")
    if not (
        number.isascii() and number.isdecimal() and int(number[:9]) and len(number) <= 6
    ):
        raise click.BadParameter(
            f"{value!r} is no time: write such as 90s, 10m or 1h", param=parameter
        )
    return float(number) * _UNITS[unit]


def share(text: str | None, name: str) -> float | None:
    """`20%` or `0.2`; None where nothing is given."""
    if text is None:
        return None
    from lightship.wording.shares import read_share  # noqa: PLC0415 - only with a limit

    try:
        return read_share(text)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{name} {text}: write such as 20% or 0.2") from error


def _all(function: Decorated, *decorators: Decorated) -> Decorated:
    for decorator in reversed(decorators):
        function = decorator(function)
    return function
