"""`lightship proof`: proofs that were kept."""

from __future__ import annotations

import click

from lightship.cli.groups import Commands

COMMANDS = {
    "show": "Show a kept proof again, in any format.",
    "list": "List the proofs that are kept.",
}


@click.group(
    cls=Commands,
    package=__name__,
    sections={"Commands": COMMANDS},
    short_help="Show proofs that were kept.",
)
def command() -> None:
    """Show proofs that were kept.

    `lightship prove` and `lightship improve` keep theirs in `.lightship/proofs` of the build context.
    """
