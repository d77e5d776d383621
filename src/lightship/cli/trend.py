"""`lightship trend`: the figures of saved proofs over time."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command
from lightship.report.proof.formats import TREND_FORMATS


@as_command("Show the figures of saved proofs over time.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
@output.printing(list(TREND_FORMATS))
def command(context: str, printing: Printing) -> None:
    """Show the figures of saved proofs over time: size, cold build, code edit, start.

    Each proof is one point: its second version, at the commit where it was made. DIR is the build
    context.

    \b
    Exit code: 0  done, even if there are none; other files are skipped
               2  invalid usage
    """
    from lightship.flows.proof.kept import kept_proofs  # noqa: PLC0415 - --help needs none
    from lightship.report.proof.formats import trend_writer  # noqa: PLC0415

    write = trend_writer(printing.form)
    proofs = kept_proofs(context, output.tell)
    output.show(write(proofs, output.view_of(printing)), printing.output)
