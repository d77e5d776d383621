"""`lightship trend`: the figures of kept proofs over time."""

from __future__ import annotations

from typing import Any

import click

from lightship.cli import output
from lightship.report.proof.formats import TREND_FORMATS


@click.command(short_help="Show the figures of kept proofs over time.")
@click.argument(
    "context",
    metavar="[DIR]",
    default=".",
    type=click.Path(exists=True, file_okay=False),
)
@output.form(list(TREND_FORMATS))
@output.to_file
@output.colour
def command(context: str, **given: Any) -> None:
    """Show the figures of kept proofs over time: size, cold build, code edit, start.

    Each proof gives one point: its second version, with the commit that it was made at. DIR is the build context.

    \b
    Exit code: 0  also where there are none; what is no proof is named
               2  wrong use
    """
    from lightship.cli.proof.kept import proofs  # noqa: PLC0415 - --help needs none
    from lightship.report.kit.view import View  # noqa: PLC0415
    from lightship.report.proof.formats import trend_writer  # noqa: PLC0415

    view = View(
        output.is_coloured(given["when"], to_file=bool(given["output"])),
        output.columns(),
    )
    output.show(
        trend_writer(given["form"])(list(proofs(context)), view), given["output"]
    )
