"""`lightship proof list`: the proofs that are kept."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.sections import as_command


@as_command("List the proofs that are kept.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
def command(context: str) -> None:
    """List the proofs that are kept, the oldest first: when, id, verdict, and what was compared.

    \b
    Exit code: 0  also where there are none; what is no proof is named
               2  wrong use
    """
    from lightship.flows.proof.kept import kept_proofs  # noqa: PLC0415 - --help needs none
    from lightship.report.proof.proof_list import rows  # noqa: PLC0415

    output.show(rows(kept_proofs(context, output.tell)), None)
