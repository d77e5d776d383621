"""`lightship proof show`: a kept proof again, in any format."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, option
from lightship.report.proof.formats import FORMATS


@as_command("Show a kept proof again, in any format.")
@click.argument("wanted", required=False, metavar="[ID|FILE]")
@option(
    "--context", default=".", metavar="DIR", help="The build context.  [default: .]"
)
@output.printing(list(FORMATS))
def command(wanted: str | None, context: str, printing: Printing) -> None:
    """Show a kept proof again, in any format.

    ID may be the start of one that `lightship proof list` shows; without it the latest is shown.
    FILE is one that `lightship prove --format json` wrote.

    \b
    Exit code: 0  it was shown
               2  there is no such proof, or the file is none
    """
    from lightship.flows.proof.kept import find_proof  # noqa: PLC0415 - --help needs none
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    proof = find_proof(context, wanted, output.tell)
    write = proof_writer(printing.form)
    output.show(write(proof, output.view_of(printing)), printing.output)
