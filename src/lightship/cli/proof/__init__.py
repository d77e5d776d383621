"""`lightship proof`: proofs that were kept."""

from __future__ import annotations

import click

from lightship.cli.groups import Commands

COMMANDS = {
    "show": "Show a saved proof again, in any format.",
    "list": "List the saved proofs.",
    "compare": "Compare a saved proof with an earlier one.",
}


@click.group(
    cls=Commands,
    package=__name__,
    sections={"Commands": COMMANDS},
    short_help="Show saved proofs.",
)
def command() -> None:
    """Show saved proofs.

    `lightship prove` and `lightship improve` save them in `.lightship/proofs` in the build context.
    """
