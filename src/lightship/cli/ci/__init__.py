"""`lightship ci`: what builds do in CI, and what they did."""

from __future__ import annotations

import click

from lightship.cli.groups import Commands

COMMANDS = {
    "explain": "Show why a build in CI ran what it ran.",
    "trend": "Show how times and cache hits developed over builds in CI.",
}


@click.group(
    cls=Commands,
    package=__name__,
    sections={"Commands": COMMANDS},
    short_help="Show what builds do in CI, and why they ran what they ran.",
)
def command() -> None:
    """Show what builds do in CI, and why they ran what they ran.

    Records are what CI keeps of a build: the artifact .dockerbuild of docker/build-push-action, or
    the log of a job. Nothing is built, and nothing is fetched.
    """
