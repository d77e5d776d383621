"""`lightship proof list`: the saved proofs."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.sections import as_command


@as_command("List the saved proofs.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
def command(context: str) -> None:
    """List the saved proofs, the oldest first: time, id, verdict, and what was compared.

    \b
    Exit code: 0  done, even if there are none; other files are skipped
               2  invalid usage
    """
    from lightship.flows.proof.kept import kept_proofs  # noqa: PLC0415 - --help needs none
    from lightship.report.proof.proof_list import rows  # noqa: PLC0415

    output.show(rows(kept_proofs(context, output.tell)), None)
