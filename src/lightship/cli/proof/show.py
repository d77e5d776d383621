"""`lightship proof show`: a saved proof again, in any format."""

from __future__ import annotations

import click

from lightship.cli import output
from lightship.cli.build_options import CONTEXT
from lightship.cli.output import Printing
from lightship.cli.sections import as_command
from lightship.report.proof.formats import FORMATS


@as_command("Show a saved proof again, in any format.")
@click.argument("wanted", required=False, metavar="[ID|FILE]")
@CONTEXT
@output.printing(list(FORMATS))
def command(wanted: str | None, context: str, printing: Printing) -> None:
    """Show a saved proof again, in any format.

    ID is the start of an id that `lightship proof list` shows; the default is the latest. FILE is a
    report by `lightship prove --format json`.

    \b
    Exit code: 0  done
               2  there is no such proof, or the file is not a proof
    """
    from lightship.flows.proof.kept import find_proof  # noqa: PLC0415 - --help needs none
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    proof = find_proof(context, wanted, output.tell)
    write = proof_writer(printing.form)
    output.show(write(proof, output.view_of(printing)), printing.output)
