"""`lightship proof show`: a kept proof again, in any format."""

from __future__ import annotations

from typing import Any

import click

from lightship.cli import output
from lightship.report.proof.formats import FORMATS


@click.command(short_help="Show a kept proof again, in any format.")
@click.argument("wanted", required=False, metavar="[ID|FILE]")
@click.option(
    "--context", default=".", metavar="DIR", help="The build context.  [default: .]"
)
@output.form(list(FORMATS))
@output.to_file
@output.colour
def command(wanted: str | None, **given: Any) -> None:
    """Show a kept proof again, in any format.

    ID may be the start of one that `lightship proof list` shows; without it the latest is shown. FILE is one that
    `lightship prove --format json` wrote.

    \b
    Exit code: 0  it was shown
               2  there is no such proof, or the file is none
    """
    from lightship.cli.proof.kept import find  # noqa: PLC0415 - --help needs none
    from lightship.report.kit.view import View  # noqa: PLC0415
    from lightship.report.proof.formats import proof_writer  # noqa: PLC0415

    view = View(
        output.is_coloured(given["when"], to_file=bool(given["output"])),
        output.columns(),
    )
    output.show(
        proof_writer(given["form"])(find(given["context"], wanted), view),
        given["output"],
    )
