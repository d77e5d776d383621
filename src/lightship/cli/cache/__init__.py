"""`lightship cache`: what is rebuilt, and why, without building."""

from __future__ import annotations

import click

from lightship.cli.groups import Commands

COMMANDS = {
    "explain": "Show which steps a change rebuilds, and why.",
    "replay": "Replay the builds of a git history: what was rebuilt, how often, and why.",
    "advise": "Find the changes that would have saved the most rebuilds.",
}


@click.group(
    cls=Commands,
    package=__name__,
    sections={"Commands": COMMANDS},
    short_help="Show what is rebuilt, and why, without building.",
)
def command() -> None:
    """Show what is rebuilt, and why, without building.

    BuildKit's cache keys are computed from the Dockerfile, the ignore file and the files of the
    build context.
    """
